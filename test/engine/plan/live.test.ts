import { expect, test } from 'vitest';
import { checkSavedPlan, liveIn } from '../../../src/engine/index.ts';
import {
  canaryActions,
  createTestWorld,
  no,
  planOf,
  serving,
  v1,
  v2,
} from '../../helpers/world.ts';
import { running, servingWorld, tampered } from '../stage.ts';

/** The mark of what is live is gone, and v1 serves all the same. */
function unmarkedWorld() {
  const world = servingWorld();
  world.platform.live = null;
  const { observe } = world.provider;
  // A platform that knows only its mark.
  return tampered(world, {
    observe: async () => ({ ...(await observe()), live: world.platform.live }),
  });
}

test.each([
  ['before it gets traffic', canaryActions.slice(0, 1)],
  ['after it got traffic', canaryActions.slice(0, 2)],
])('a release that fails %s takes nothing off what serves without a mark', async (_when, begun) => {
  const world = unmarkedWorld();
  world.readings.set('probe', () => no);
  const check = { kind: 'check', gates: ['probe'], release: v2.id } as const;
  const ending = await world.clock.run(running(world, [...begun, check]));
  expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
  expect(world.platform.split).toEqual({ [v1.id]: 100 });
  expect([...world.platform.releases.keys()]).toEqual([v1.id]);
});

test('a way back is not over while somebody who served before has lost traffic', async () => {
  const world = unmarkedWorld();
  world.readings.set('probe', () => no);
  const { apply } = world.provider;
  Object.assign(world.provider, {
    apply: async (...call: Parameters<typeof apply>) => {
      await apply(...call);
      if (call[0].kind === 'retire') world.platform.split = null;
    },
  });
  const check = { kind: 'check', gates: ['probe'], release: v2.id } as const;
  const ending = await world.clock.run(running(world, [...canaryActions.slice(0, 1), check]));
  expect(ending).toMatchObject({ result: 'stuck', exit: 4 });
});

test('what serves is part of a saved plan even where nobody is marked as live', async () => {
  const world = unmarkedWorld();
  world.platform.split = { [v1.id]: 60, [v2.id]: 40 };
  const plan = await planOf(world, canaryActions);
  world.platform.split = { [v1.id]: 50, [v2.id]: 50 };
  const now = await world.provider.observe();
  expect(() => checkSavedPlan(plan, now, null)).toThrow(/has changed since/);
});

test.each([
  ['its mark', v1.id, { [v1.id]: 50, [v2.id]: 50 }, v1.id],
  ['all of the traffic', null, { [v1.id]: 0, [v2.id]: 100 }, v2.id],
  ['nothing, where two share', null, { [v1.id]: 50, [v2.id]: 50 }, null],
  ['nothing, where nothing serves', null, null, null],
] as const)('who is live is known by %s', async (_what, live, split, expected) => {
  const { platform, provider } = createTestWorld();
  Object.assign(serving(platform), { live, split });
  // As a platform that knows only its mark says it.
  expect(liveIn({ ...(await provider.observe()), live })).toBe(expected);
});
