import { describe, expect, test } from 'vitest';
import { type FailureClass, ProviderError, type Store } from '../../../src/contract/index.ts';
import { drive, readNewest, resume } from '../../../src/engine/index.ts';
import { createMemoryStore } from '../../../stores/memory/index.ts';
import { no, type TestWorld, v1, v2 } from '../../helpers/world.ts';
import {
  another,
  at,
  begin,
  canaryOf,
  never,
  newest,
  servingWorld,
  TARGET,
  tampered,
} from '../stage.ts';

/** A store that is away now and then, for those who come through this door. */
function behindDoor(inner: Store) {
  const door = { isShut: false, failure: 'transient' as FailureClass, store: inner };
  const through =
    <A extends readonly unknown[], T>(call: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      if (door.isShut) throw new ProviderError(door.failure, 'connection refused');
      return call(...args);
    };
  door.store = {
    ...inner,
    get: through(inner.get),
    create: through(inner.create),
    put: through(inner.put),
    list: through(inner.list),
  };
  return door;
}

function worldBehindDoor() {
  const inner = createMemoryStore();
  const door = behindDoor(inner);
  return { world: servingWorld({ store: door.store }), door, inner };
}

function shutFor(world: TestWorld, door: { isShut: boolean }, from: number, ms: number): void {
  at(world, from, () => {
    door.isShut = true;
  });
  at(world, from + ms, () => {
    door.isShut = false;
  });
}

const HOLD = { kind: 'hold', duration: 600_000, extension: 5000, watch: ['probe'] } as const;

test('a store that is away for a minute in a hold of ten ends nothing', async () => {
  const { world, door } = worldBehindDoor();
  shutFor(world, door, 120_000, 60_000);
  const work = begin(world, canaryOf(HOLD)).then((session) => drive(session));
  expect(await world.clock.run(work)).toMatchObject({ result: 'succeeded', exit: 0 });
  const words = world.events.flatMap(({ type, data }) => (type === 'notice' ? data.message : []));
  expect(words.join()).toMatch(/journal .*connection refused.*journal .*again/s);
});

describe.each([60_000, 100_000, 240_000])('a store that is away for %i ms', (ms) => {
  test('at any moment of a deployment ends nothing', async () => {
    const ends = new Map<string, number[]>();
    for (let from = 50; from < 24_000; from += 450) {
      const { world, door } = worldBehindDoor();
      const session = await world.clock.run(begin(world));
      shutFor(world, door, from, ms);
      const end = await world.clock.run(drive(session)).catch((error: Error) => error);
      const words = end instanceof Error ? end.message : end.result;
      ends.set(words, [...(ends.get(words) ?? []), from]);
      expect(world.platform.live, `from ${from}: ${words}`).toBe(v2.id);
    }
    expect([...ends.keys()]).toEqual(['succeeded']);
  });

  test('at any moment of a way back ends nothing', async () => {
    for (let from = 50; from < 8000; from += 450) {
      const { world, door } = worldBehindDoor();
      const session = await world.clock.run(begin(world));
      world.readings.set('probe', () => no);
      shutFor(world, door, from, ms);
      const end = await world.clock.run(drive(session));
      expect([from, end.result, world.platform.live]).toEqual([from, 'rolled-back', v1.id]);
    }
  });
});

test('who was silent so long that others may take over comes back by a record of its own', async () => {
  const { world, door } = worldBehindDoor();
  const changes: { at: number; fence: number }[] = [];
  const { apply } = world.provider;
  tampered(world, {
    apply: (operation, context) => {
      changes.push({ at: world.clock.monotonic(), fence: context.fence });
      return apply(operation, context);
    },
  });
  shutFor(world, door, 5000, 100_000);
  const session = await world.clock.run(begin(world));
  expect((await world.clock.run(drive(session))).result).toBe('succeeded');
  const after = changes.filter((change) => change.at > 100_000);
  expect(after.length).toBeGreaterThan(0);
  expect(new Set(after.map(({ fence }) => fence))).toEqual(new Set([session.state.epoch]));
  expect(changes[0]?.fence).toBe(session.state.epoch - 1);
  expect((await newest(world))?.holder.actor.name).toBe('ada');
});

test('a short silence needs no such record', async () => {
  const { world, door } = worldBehindDoor();
  shutFor(world, door, 5000, 20_000);
  const session = await world.clock.run(begin(world));
  const { epoch } = session.state;
  await world.clock.run(drive(session));
  expect(session.state.epoch).toBe(epoch);
});

test('who is cut off alone finds a successor in the log when it is back, and changes nothing', async () => {
  const { world, door, inner } = worldBehindDoor();
  const session = await world.clock.run(begin(world, canaryOf(HOLD)));
  shutFor(world, door, 30_000, 200_000);
  const running = world.clock.run(drive(session)).catch((error: unknown) => error);
  const bob = another(world, { store: inner });
  await world.clock.run(world.clock.sleep(60_000));
  const took = readNewest(bob, TARGET).then((found) => resume(bob, found, { signal: never }));
  const ended = took.catch((error: unknown) => error);
  expect(await running).toMatchObject({ code: 'superseded', exit: 6 });
  expect(await world.clock.run(ended)).toMatchObject({ result: 'succeeded' });
});

test('a successor that judged the holder dead, and is late, finds that it came back', async () => {
  const { world, door, inner } = worldBehindDoor();
  const session = await world.clock.run(begin(world, canaryOf({ ...HOLD, duration: 90_000 })));
  shutFor(world, door, 10_000, 85_000);
  const running = world.clock.run(drive(session)).catch((error: unknown) => error);
  const slow: Store = {
    ...inner,
    create: async (key, value) => {
      if (value.includes('"kind":"taken"')) await world.clock.sleep(14_000);
      return inner.create(key, value);
    },
  };
  const bob = another(world, { store: slow });
  const took = (async () => {
    const found = await readNewest(bob, TARGET);
    bob.dead.add('ada');
    // It looked, and goes on when the other has come back already.
    await world.clock.sleep(84_000);
    return resume(bob, { ...found, lock: 'dead' }, { signal: never });
  })().catch((error: unknown) => error);
  expect(await running).toMatchObject({ result: 'succeeded' });
  expect(await world.clock.run(took)).toMatchObject({ exit: 6 });
});

test('whoever presses Ctrl-C meanwhile is not kept waiting', async () => {
  const { world, door } = worldBehindDoor();
  shutFor(world, door, 5000, 500_000);
  at(world, 60_000, () => world.interrupt('SIGINT'));
  const session = await world.clock.run(begin(world));
  const end = await world.clock.run(drive(session));
  expect(end).toMatchObject({ result: 'interrupted', exit: 130 });
  expect(world.clock.monotonic()).toBeLessThan(68_000);
});

test('a store that stays away ends it at last, and it resumes later', async () => {
  const { world, door } = worldBehindDoor();
  shutFor(world, door, 5000, 3_600_000);
  const session = await world.clock.run(begin(world));
  const error = await world.clock.run(drive(session)).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'store-failed', exit: 1 });
  expect(world.clock.monotonic()).toBeLessThan(400_000);
  door.isShut = false;
  world.dead.add('ada');
  const work = readNewest(world, TARGET).then((found) => resume(world, found, { signal: never }));
  expect((await world.clock.run(work)).result).toBe('succeeded');
});

test.each([
  ['that are renewed soon are waited for', 20_000, 'succeeded'],
  ['that nobody renews leave it at rest before others could take it for dead', 600_000, null],
])('credentials %s', async (_what, ms, result) => {
  const { world, door } = worldBehindDoor();
  door.failure = 'denied';
  shutFor(world, door, 5000, ms);
  const session = await world.clock.run(begin(world));
  const end = await world.clock.run(drive(session)).catch((reason: unknown) => reason);
  if (result) return expect(end).toMatchObject({ result });
  expect(end).toMatchObject({ code: 'store-denied', exit: 5 });
  expect(world.clock.monotonic()).toBeLessThan(60_000);
  door.isShut = false;
  world.dead.add('ada');
  const work = readNewest(world, TARGET).then((found) => resume(world, found, { signal: never }));
  expect((await world.clock.run(work)).result).toBe('succeeded');
});

test('while signs of life are not taken the time of a step stands still', async () => {
  const inner = createMemoryStore();
  const door = behindDoor(inner);
  const world = servingWorld({ store: { ...inner, put: (...call) => door.store.put(...call) } });
  shutFor(world, door, 1000, 150_000);
  const hold = { kind: 'hold' as const, duration: 30_000, extension: 0 };
  const work = begin(world, [hold, ...canaryOf(hold)]).then((session) => drive(session));
  expect((await world.clock.run(work)).result).toBe('succeeded');
});
