import { describe, expect, test } from 'vitest';
import { ProviderError, type Verification } from '../../../src/contract/index.ts';
import { readNewest, resume, rollbackUnfinished, sendControl } from '../../../src/engine/index.ts';
import { canaryActions, v1, v2 } from '../../helpers/world.ts';
import {
  type Actions,
  at,
  never,
  newest,
  running,
  servingWorld,
  TARGET,
  tampered,
} from '../stage.ts';

const BACK = { [v1.id]: 100, [v2.id]: 0 };
const [start, half, hold, whole, promote, bake, retire] = canaryActions;
const approve = { kind: 'approve', question: 'go on?', expires: 60_000 } as const;

/** At 8 s somebody else gives all of the traffic back to v1. */
function drifting(split: Record<string, number> = BACK) {
  const world = servingWorld();
  at(world, 8000, () => {
    world.platform.split = split;
  });
  return world;
}

const again = (world: ReturnType<typeof drifting>) =>
  readNewest(world, TARGET).then((found) => resume(world, found, { signal: never }));

describe.each<[string, Actions]>([
  ['a hold', [start, half, { ...hold, duration: 20_000 }, whole, promote, retire]],
  ['a hold without gates', [start, half, { ...hold, duration: 20_000, watch: [] }, whole]],
  ['a bake', [start, whole, promote, { ...bake, duration: 20_000 }, retire]],
  ['an approval', [start, half, approve, whole, promote, retire]],
])('traffic that other hands move in %s', (_where, actions) => {
  test('stops the deployment within seconds, and is not overwritten, exit 7', async () => {
    const world = drifting();
    const ending = await world.clock.run(running(world, actions));
    expect(ending).toMatchObject({ result: 'diverged', exit: 7 });
    expect(ending.reason).toContain(`found ${JSON.stringify(BACK)}`);
    expect(world.clock.monotonic()).toBeLessThan(14_000);
    expect(world.platform.split).toEqual(BACK);
  });

  test('is not overwritten by a resume, which goes on once it has been put back', async () => {
    const world = drifting();
    let moved: typeof world.platform.split = null;
    at(world, 7000, () => {
      moved = world.platform.split;
    });
    await world.clock.run(running(world, actions));
    expect(await world.clock.run(again(world))).toMatchObject({ result: 'diverged', exit: 7 });
    expect(world.platform.split).toEqual(BACK);
    world.platform.split = moved;
    at(world, 1000, async () => {
      const state = await newest(world);
      const { actor } = world.holder;
      if (state && !state.ended && actions.includes(approve))
        await sendControl(world, state, { kind: 'approve', reason: null, actor });
    });
    if (actions.at(-1)?.kind !== 'retire') return;
    expect((await world.clock.run(again(world))).result).toBe('succeeded');
  });
});

/** Moves the traffic while this hook runs. */
async function hookThatMoves(actions: Actions) {
  const world = servingWorld();
  Object.assign(world, {
    run: async () => {
      world.platform.split = BACK;
      return { code: 0, output: '' };
    },
  });
  return { world, ending: await world.clock.run(running(world, actions)) };
}
const hook = { kind: 'run', name: 'move', command: ['move'], timeout: 1000, undo: null } as const;

test.each<[string, Actions]>([
  ['route', [start, half, hook, whole]],
  ['scale', [start, half, hook, { kind: 'scale', release: v2.id, capacity: 100 }]],
  ['promote', [start, whole, hook, promote]],
  ['retire', [start, whole, promote, hook, retire]],
])('before a %s it is looked for, and nothing is sent', async (kind, actions) => {
  const { world, ending } = await hookThatMoves(actions);
  expect(ending).toMatchObject({ result: 'diverged', exit: 7 });
  expect(world.platform.split).toEqual(BACK);
  expect([kind, world.platform.releases.size]).toEqual([kind, 2]);
  expect(await world.clock.run(again(world))).toMatchObject({ result: 'diverged', exit: 7 });
  expect(world.platform.split).toEqual(BACK);
});

test('a reading that lags is looked at again, and stops nothing', async () => {
  const world = servingWorld();
  const { observe, verify } = world.provider;
  const LAG = 3000;
  let old = 0;
  tampered(world, {
    observe: async () => {
      const seen = await observe();
      const timing = { ...seen.capabilities.timing, readLag: LAG };
      return { ...seen, capabilities: { ...seen.capabilities, timing } };
    },
    verify: async (operation, context) => {
      if (!context.wasDone) return verify(operation, context);
      old ||= world.clock.monotonic() + LAG;
      return world.clock.monotonic() < old
        ? { state: 'diverged', expected: null, found: null }
        : verify(operation, context);
    },
  });
  expect((await world.clock.run(running(world))).result).toBe('succeeded');
  expect(old).toBeGreaterThan(0);
});

test('a look for it that fails stops nothing', async () => {
  const world = servingWorld();
  const { verify } = world.provider;
  let asked = 0;
  tampered(world, {
    verify: async (operation, context) => {
      if (!context.wasDone) return verify(operation, context);
      asked += 1;
      throw new ProviderError('transient', '503');
    },
  });
  expect((await world.clock.run(running(world))).result).toBe('succeeded');
  expect(asked).toBeGreaterThan(2);
});

test('what a person has accepted although it failed is not looked for', async () => {
  const world = servingWorld();
  const { verify } = world.provider;
  tampered(world, {
    verify: async (operation, context) =>
      operation.kind === 'route' && operation.split[v2.id] === 50
        ? { state: 'failed', reason: 'half of it cannot be had' }
        : verify(operation, context),
  });
  at(world, 2000, async () => {
    const state = await newest(world);
    const { actor } = world.holder;
    if (state) await sendControl(world, state, { kind: 'approve', reason: null, actor });
  });
  const actions: Actions = [start, { ...half, onFailure: 'ask' }, hold, whole, promote, retire];
  const ending = running(world, actions);
  at(world, 1500, () => {
    world.platform.split = { [v1.id]: 100 };
  });
  expect((await world.clock.run(ending)).result).toBe('succeeded');
});

test('the way back takes the traffic back, whoever has moved it', async () => {
  const world = drifting({ [v1.id]: 10, [v2.id]: 90 });
  expect((await world.clock.run(running(world))).result).toBe('diverged');
  const back = readNewest(world, TARGET).then((found) =>
    rollbackUnfinished(world, found, { why: 'asked', signal: never }),
  );
  expect((await world.clock.run(back)).result).toBe('rolled-back');
  expect(world.platform.split).toEqual({ [v1.id]: 100 });
});

test('a share that nobody answers for any more goes back to the old release', async () => {
  const world = servingWorld();
  const { verify } = world.provider;
  tampered(world, {
    verify: async (operation, context) =>
      context.wasDone && world.clock.monotonic() > 8000
        ? { state: 'failed', reason: 'somebody removed it' }
        : verify(operation, context),
  });
  const long = { ...hold, duration: 20_000, watch: [] } as const;
  const ending = await world.clock.run(running(world, [start, half, long, whole]));
  expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
  expect(ending.reason).toContain('somebody removed it');
  expect(world.clock.monotonic()).toBeLessThan(20_000);
});

test('a release that other hands make another of is noticed while time passes', async () => {
  const world = servingWorld();
  const { verify } = world.provider;
  tampered(world, {
    verify: async (operation, context) =>
      operation.kind === 'start' && world.clock.monotonic() > 8000
        ? { state: 'diverged', expected: 'v2', found: 'v3 by kubectl-edit' }
        : verify(operation, context),
  });
  const long = { ...hold, duration: 60_000, watch: [] } as const;
  const ending = await world.clock.run(running(world, [start, half, long, whole]));
  expect(ending).toMatchObject({ result: 'diverged', exit: 7 });
  expect(ending.reason).toContain('kubectl-edit');
  expect(world.clock.monotonic()).toBeLessThan(16_000);
});

test('what other hands make of a batch is noticed while time passes, and its troubles are for the gates', async () => {
  const world = servingWorld();
  const { verify } = world.provider;
  const said: Verification[] = [{ state: 'failed', reason: 'one of its units crashes' }];
  at(world, 12_000, () => {
    said[0] = { state: 'diverged', expected: 'half', found: 'all, by kubectl apply' };
  });
  tampered(world, {
    verify: async (operation, context) =>
      operation.kind === 'replace' && context.wasDone && said[0]
        ? said[0]
        : verify(operation, context),
  });
  const batch = {
    kind: 'replace',
    release: v2,
    from: v1,
    of: 2,
    surge: 1,
    unavailable: 0,
  } as const;
  const long = { ...hold, duration: 60_000, watch: [] } as const;
  const actions: Actions = [{ ...batch, replaced: 1 }, long, { ...batch, replaced: 2 }];
  const ending = await world.clock.run(running(world, actions));
  expect(ending).toMatchObject({ result: 'diverged', exit: 7 });
  expect(ending.reason).toContain('kubectl apply');
  expect(world.clock.monotonic()).toBeLessThan(20_000);
  expect(world.platform.releases.get(v2.id)?.ready).toBeLessThan(world.platform.units);
});

test('after the last batch units may be scaled, and nothing is looked for', async () => {
  const world = servingWorld();
  const { verify } = world.provider;
  tampered(world, {
    verify: async (operation, context) =>
      operation.kind === 'replace' && context.wasDone
        ? { state: 'diverged', expected: 2, found: 3 }
        : verify(operation, context),
  });
  const whole = { kind: 'replace', release: v2, from: v1, replaced: 2, of: 2, surge: 1 } as const;
  const long = { ...bake, duration: 20_000, watch: [] } as const;
  const actions: Actions = [{ ...whole, unavailable: 0 }, promote, long];
  expect((await world.clock.run(running(world, actions))).result).toBe('succeeded');
});
