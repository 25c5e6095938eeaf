import { describe, expect, test } from 'vitest';
import { adopt, createMemoryPlatform, PROFILES } from '../../../providers/memory/index.ts';
import { drive, readNewest } from '../../../src/engine/index.ts';
import {
  canaryActions,
  createTestWorld,
  no,
  planOf,
  serving,
  v1,
  v2,
} from '../../helpers/world.ts';
import { v3 } from '../../simulation/plans.ts';
import { begin, running, servingWorld, TARGET, tampered } from '../stage.ts';

function sharedWorld() {
  const world = createTestWorld();
  serving(world.platform);
  world.platform.releases.set(v3.id, { release: v3, units: 1, ready: 1, restarts: 0 });
  world.platform.split = { [v1.id]: 80, [v3.id]: 20 };
  return world;
}

describe('what somebody else started', () => {
  test('is gone back to like any other, by what the platform says it is made of', async () => {
    const world = createTestWorld();
    adopt(world.platform, v1);
    world.readings.set('probe', () => no);
    const plan = await planOf(world, canaryActions);
    expect(plan.before).toMatchObject({ live: { id: v1.id, adopted: true }, units: 4 });
    const ending = await world.clock.run(running(world));
    expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
    expect(world.platform.split).toEqual({ [v1.id]: 100 });
  });

  test('has its share again, removed or not, when a deployment goes back', async () => {
    const world = sharedWorld();
    const plan = await planOf(world, canaryActions);
    expect(plan.before.others).toEqual([v3]);
    const [start, , , whole, promote, bake, retire] = canaryActions;
    const gone = { kind: 'retire', release: v3.id, keeps: v2.id } as const;
    world.readings.set('probe', () =>
      world.platform.live === v2.id ? no : { ...no, candidate: { value: 1, samples: 1 } },
    );
    const actions = [start, whole, promote, gone, bake, retire];
    const ending = await world.clock.run(running(world, actions));
    expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
    expect(world.platform.split).toEqual({ [v1.id]: 80, [v3.id]: 20 });
    expect([...world.platform.releases.keys()].sort()).toEqual([v1.id, v3.id].sort());
  });
});

test('whom requests asked for by name before the deployment, they reach again after its way back', async () => {
  const world = servingWorld();
  const match = { release: v1.id, header: { name: 'x-team', value: 'a' } };
  world.platform.match = match;
  world.readings.set('probe', () => no);
  expect((await world.clock.run(running(world))).result).toBe('rolled-back');
  expect(world.platform.match).toEqual(match);
});

test('the settings that a deployment changes on its way are told to the platform, which restores them', async () => {
  const world = createTestWorld({ platform: createMemoryPlatform(4, PROFILES.autoscaled) });
  serving(world.platform);
  const plan = await planOf(world, canaryActions);
  expect(plan).toMatchObject({ needs: ['baseline'], before: { baseline: { minimum: 2 } } });
  const session = begin(world);
  world.readings.set('probe', () => {
    held = world.platform.settings.minimum as number;
    return no;
  });
  let held = 0;
  expect((await world.clock.run(session.then((one) => drive(one)))).result).toBe('rolled-back');
  expect([held, world.platform.settings.minimum]).toEqual([4, 2]);
});

test('what the platform calls what was made is part of the record', async () => {
  const world = servingWorld();
  const { verify } = world.provider;
  tampered(world, {
    verify: async (operation, context) => {
      const seen = await verify(operation, context);
      return seen.state === 'done' && operation.kind === 'start'
        ? { ...seen, facts: { digest: 'sha256:1' } }
        : seen;
    },
  });
  await world.clock.run(running(world));
  const { state } = await world.clock.run(readNewest(world, TARGET));
  const facts = state?.outcomes.map((outcome) => [outcome.step, outcome.facts]);
  expect(facts?.[0]).toEqual(['01-start', { digest: 'sha256:1' }]);
  expect(facts?.slice(1).every(([, made]) => made === undefined)).toBe(true);
});

describe('the last lines of a release that failed', () => {
  const logging = (logs: () => Promise<readonly string[]>) => {
    const world = servingWorld();
    world.readings.set('probe', () => no);
    return tampered(world, { access: { reach: async () => null, logs } });
  };
  const told = (world: ReturnType<typeof logging>) =>
    world.events.find(({ type }) => type === 'turned')?.data;

  test('are read before it is removed, and told with the turn', async () => {
    const world = logging(async () =>
      world.platform.releases.has(v2.id) ? ['panic: no such table'] : [],
    );
    await world.clock.run(running(world));
    expect(told(world)).toMatchObject({ logs: ['panic: no such table'] });
  });

  test('hold up no way back while it has traffic', async () => {
    const world = logging(() => new Promise(() => {}));
    const ending = await world.clock.run(running(world));
    expect(ending.result).toBe('rolled-back');
    const turned = world.events.find(({ type }) => type === 'turned');
    const routed = world.events.findLast(({ type }) => type === 'routed');
    expect(told(world)).toMatchObject({ logs: [] });
    expect((routed?.at ?? Infinity) - (turned?.at ?? 0)).toBeLessThan(100);
    expect(world.clock.monotonic()).toBeLessThan(3000);
  });
});
