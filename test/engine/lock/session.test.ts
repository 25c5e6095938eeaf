import { expect, test } from 'vitest';
import { DeployError, ProviderError } from '../../../src/contract/index.ts';
import { drive, readNewest, resume, sendControl } from '../../../src/engine/index.ts';
import { canaryActions, v2 } from '../../helpers/world.ts';
import {
  another,
  at,
  begin,
  never,
  newest,
  running,
  servingWorld,
  silence,
  storeWith,
  TARGET,
  tampered,
} from '../stage.ts';

const lost = () => new ProviderError('unknown', 'connection reset');

test('a record whose answer was lost is recognised as our own', async () => {
  let writes = 0;
  const store = storeWith((inner) => ({
    create: async (key, value) => {
      const created = await inner.create(key, value);
      writes += 1;
      if (writes % 3 === 0) throw lost();
      return created;
    },
  }));
  const world = servingWorld({ store });
  const ending = await world.clock.run(running(world));
  expect(ending.result).toBe('succeeded');
});

test('nothing is done before its intent is in the log, however slow the store', async () => {
  const store = storeWith((inner) => ({
    create: async (key, value) => {
      await world.clock.sleep(500);
      return inner.create(key, value);
    },
  }));
  const world = servingWorld({ store });
  const { apply } = world.provider;
  const unannounced: string[] = [];
  tampered(world, {
    apply: async (operation, context) => {
      const state = await newest(world);
      if (!state?.inFlight?.endsWith(operation.kind)) unannounced.push(operation.kind);
      return apply(operation, context);
    },
  });
  const { result } = await world.clock.run(running(world), 60_000);
  expect([result, unannounced]).toEqual(['succeeded', []]);
});

test('a store that is gone in mid-run: nothing is changed any more, exit 1, and it resumes later', async () => {
  let down = false;
  const refuse = async () => {
    throw new ProviderError('transient', 'connection refused');
  };
  const store = storeWith((inner) => ({
    get: (key) => (down ? refuse() : inner.get(key)),
    put: (key, value) => (down ? refuse() : inner.put(key, value)),
    create: (key, value) => (down ? refuse() : inner.create(key, value)),
  }));
  const world = servingWorld({ store });
  const changes: number[] = [];
  const { apply } = world.provider;
  tampered(world, {
    apply: (operation, context) => {
      changes.push(world.clock.monotonic());
      return apply(operation, context);
    },
  });
  at(world, 4000, () => {
    down = true;
  });
  const error = await world.clock.run(running(world)).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DeployError);
  expect(error).toMatchObject({ code: 'store-failed', exit: 1 });
  expect(Math.max(...changes)).toBeLessThan(4000);
  down = false;
  world.dead.add('ada');
  const work = readNewest(world, TARGET).then((found) => resume(world, found, { signal: never }));
  expect((await world.clock.run(work)).result).toBe('succeeded');
});

test.each([30_000, 50_000])(
  'heartbeats that fail for %i ms stop the holder: a call sent then could arrive when others may act',
  async (duration) => {
    let failing = false;
    const store = storeWith((inner) => ({
      put: (key, value) => (failing ? silence() : inner.put(key, value)),
    }));
    const world = servingWorld({ store });
    at(world, 1000, () => {
      failing = true;
    });
    const hold = { kind: 'hold' as const, duration, extension: 0 };
    const promote = { kind: 'promote' as const, release: v2.id };
    const ending = await world.clock.run(running(world, [hold, promote])).catch((reason) => reason);
    expect(ending).toMatchObject({ result: 'failed', exit: 5 });
    expect(world.platform.live).not.toBe(v2.id);
  },
);

test('a sign of life counts from when it was sent, however late it is answered', async () => {
  let beats = 0;
  const store = storeWith((inner) => ({
    put: async (key, value) => {
      beats += 1;
      if (beats > 1) return silence();
      await inner.put(key, value);
      await world.clock.sleep(14_000);
    },
  }));
  const world = servingWorld({ store });
  const hold = { kind: 'hold' as const, duration: 30_000, extension: 0 };
  const promote = { kind: 'promote' as const, release: v2.id };
  const ending = await world.clock.run(running(world, [hold, promote])).catch((reason) => reason);
  expect(ending).toMatchObject({ result: 'failed', exit: 5 });
  expect(world.platform.live).not.toBe(v2.id);
});

test.each(['opened', 'taken'])(
  'who became the holder by a record (%s) that was answered late counts from when it was sent',
  async (kind) => {
    const store = storeWith((inner) => ({
      put: silence,
      create: async (key, value) => {
        const created = await inner.create(key, value);
        if (value.includes(`"kind":"${kind}"`)) await world.clock.sleep(14_000);
        return created;
      },
    }));
    const world = servingWorld({ store });
    const hold = { kind: 'hold' as const, duration: 15_000, extension: 0 };
    const actions = [hold, { kind: 'promote' as const, release: v2.id }];
    const act = async () => {
      if (kind === 'opened') return running(world, actions);
      await begin(world, actions);
      world.dead.add('ada');
      return resume(world, await readNewest(world, TARGET), { signal: never });
    };
    const ending = await world.clock.run(act()).catch((reason) => reason);
    expect(ending).toMatchObject({ result: 'failed', exit: 5 });
    expect(world.platform.live).not.toBe(v2.id);
  },
);

test('a holder that slept longer than the ttl changes nothing when it wakes, and says who took over', async () => {
  const world = servingWorld();
  const session = await world.clock.run(begin(world));
  await world.clock.run(world.clock.sleep(100_000));
  const other = another(world);
  const took = await world.clock.run(
    readNewest(other, TARGET).then((found) => resume(other, found, { signal: never })),
  );
  expect(took.result).toBe('succeeded');
  const before = JSON.stringify([...world.platform.releases]);
  const error = await world.clock.run(drive(session)).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'superseded', exit: 6 });
  expect((error as Error).message).toContain('bob');
  expect(JSON.stringify([...world.platform.releases])).toBe(before);
});

test('of two that take over at once one wins, and the other is told who', async () => {
  const world = servingWorld();
  await world.clock.run(begin(world));
  const [bob, eve] = [another(world), another(world, { name: 'eve', seed: 5 })];
  for (const one of [bob, eve]) one.dead.add('ada');
  const ends = await world.clock.run(
    Promise.allSettled(
      [bob, eve].map(async (one) => resume(one, await readNewest(one, TARGET), { signal: never })),
    ),
  );
  const won = ends.filter((end) => end.status === 'fulfilled');
  const lostOnes = ends.filter((end) => end.status === 'rejected');
  expect(won).toHaveLength(1);
  expect(lostOnes[0]?.reason).toMatchObject({ code: 'held', exit: 6 });
});

test('a record whose fate stays unknown ends the run as a store that failed, not as a stranger in our place', async () => {
  const store = storeWith((inner) => ({
    create: async (key, value) => {
      const created = await inner.create(key, value);
      if (value.includes('"kind":"control"')) throw lost();
      return created;
    },
  }));
  const world = servingWorld({ store });
  at(world, 2500, async () => {
    const { state } = await readNewest(world, TARGET);
    const wish = { kind: 'approve', reason: null, actor: world.holder.actor } as const;
    if (state) await sendControl(world, state, wish);
  });
  const hold = { kind: 'hold' as const, duration: 200_000, extension: 0 };
  const error = await world.clock.run(running(world, [hold])).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'store-failed', exit: 1 });
  expect(world.clock.monotonic()).toBeLessThan(400_000);
});

test.each(['/head', '/heartbeat', '/control/'])(
  'what lies beside the log (%s) and is never answered holds the end up for two seconds at most',
  async (beside) => {
    const took = async (answers: boolean) => {
      const isSilent = (key: string) =>
        !answers && key.includes(beside) && world.clock.monotonic() >= 1000;
      const store = storeWith((inner) => ({
        get: (key) => (isSilent(key) ? silence() : inner.get(key)),
        put: (key, value) => (isSilent(key) ? silence() : inner.put(key, value)),
      }));
      const world = servingWorld({ store });
      const hold = { kind: 'hold' as const, duration: 18_000, extension: 0 };
      const changes = canaryActions.filter(({ kind }) => kind !== 'hold' && kind !== 'bake');
      const { result } = await world.clock.run(running(world, [hold, ...changes]));
      expect(result).toBe('succeeded');
      return world.clock.monotonic();
    };
    expect((await took(false)) - (await took(true))).toBeLessThanOrEqual(2000);
  },
);
