import { expect, test } from 'vitest';
import { ProviderError } from '../../../src/contract/index.ts';
import { readNewest, resume, rollbackUnfinished } from '../../../src/engine/index.ts';
import { takeOverLock } from '../../../src/engine/lock/lock.ts';
import { canaryActions } from '../../helpers/world.ts';
import {
  another,
  at,
  begin,
  never,
  running,
  servingWorld,
  silence,
  storeWith,
  TARGET,
  tampered,
} from '../stage.ts';

const LONG = { kind: 'hold', duration: 300_000, extension: 0 } as const;
const resumed = async (world: ReturnType<typeof servingWorld>) =>
  resume(world, await readNewest(world, TARGET), { signal: never });

test('a holder that lives keeps the target, however long its step goes on', async () => {
  const world = servingWorld();
  const other = another(world);
  const work = running(world, [LONG]);
  const asked = world.clock.sleep(5000).then(() => resumed(other));
  const error = await world.clock.run(asked).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'held', exit: 6 });
  expect((await world.clock.run(work)).exit).toBe(7);
});

/** A deployment whose holder fell silent, with nothing more written by it. */
async function silenced() {
  let silent = false;
  const store = storeWith((inner) => ({
    put: (key, value) => (silent && key.endsWith('/heartbeat') ? silence() : inner.put(key, value)),
  }));
  const world = servingWorld({ store });
  void running(world, [{ ...LONG, duration: 10_000_000 }]).catch(() => {});
  await world.clock.run(world.clock.sleep(20_000));
  silent = true;
  await world.clock.run(world.clock.sleep(1000));
  return { world, other: another(world) };
}

async function timeToTakeOver(jump: number): Promise<number> {
  const { world, other } = await silenced();
  const asked = other.clock.monotonic();
  let taken = Infinity;
  const { create } = other.store;
  const seen = async (key: string, value: string) => {
    if (value.includes('"kind":"taken"')) taken = Math.min(taken, other.clock.monotonic());
    return create(key, value);
  };
  Object.assign(other, { store: { ...other.store, create: seen } });
  at(world, 5000, () => {
    world.clock.wallOffset += jump;
  });
  void resumed(other).catch(() => {});
  await world.clock.run(world.clock.sleep(100_000));
  return taken - asked;
}

test.each([0, 3_600_000, -3_600_000])(
  'a holder elsewhere is dead after a ttl and one call of silence, with a wall clock that jumps by %i ms',
  async (jump) => {
    const took = await timeToTakeOver(jump);
    expect(took).toBeGreaterThanOrEqual(70_000);
    expect(took).toBeLessThanOrEqual(75_000);
  },
);

test('a holder that is proven dead on this machine is replaced at once', async () => {
  const world = servingWorld();
  await world.clock.run(begin(world));
  const other = another(world);
  other.dead.add('ada');
  const before = world.clock.monotonic();
  let taken = Infinity;
  const { emit } = other;
  Object.assign(other, {
    emit: (event: never) => {
      taken = Math.min(taken, world.clock.monotonic());
      emit(event);
    },
  });
  await world.clock.run(resumed(other));
  expect(taken - before).toBeLessThan(1000);
});

test('nobody begins a deployment where another one is unfinished', async () => {
  const world = servingWorld();
  await world.clock.run(begin(world));
  await expect(world.clock.run(begin(another(world)))).rejects.toMatchObject({ code: 'held' });
});

test('every holder has an epoch of its own, and its calls carry it', async () => {
  const world = servingWorld();
  const { state } = await world.clock.run(begin(world));
  const other = another(world);
  other.dead.add('ada');
  const fences = new Set<number>();
  const { apply } = other.provider;
  tampered(other, {
    apply: (operation, context) => {
      fences.add(context.fence);
      return apply(operation, context);
    },
  });
  await world.clock.run(resumed(other));
  expect([...fences]).toEqual([state.epoch + 1]);
});

test('a holder whose last record arrived late finds its successor behind it', async () => {
  const world = servingWorld();
  const session = await world.clock.run(begin(world));
  const { target } = session.journal;
  const { create } = world.store;
  // The answer never comes, so the holder does not know that its record is there.
  Object.assign(world, {
    store: {
      ...world.store,
      create: async (key: string, value: string) => {
        await create(key, value);
        return new Promise<never>(() => {});
      },
    },
  });
  void session.record({ kind: 'paused', stop: 'waiting', reason: 'late', outcome: null });
  await world.clock.run(world.clock.sleep(1));
  const other = another(world);
  const store = { ...world.store, create };
  Object.assign(other, { store });
  other.dead.add('ada');
  await world.clock.run(
    readNewest(other, target).then((found) => takeOverLock(other, found, 'gone')),
  );
  const successor = await world.clock.run(session.successor());
  expect(successor?.body).toMatchObject({ kind: 'taken', holder: { actor: { name: 'bob' } } });
});

test('a holder that was replaced in the middle of a step sends nothing more', async () => {
  const world = servingWorld();
  let sent = 0;
  tampered(world, {
    apply: async () => {
      sent += 1;
      throw new ProviderError('throttled', '429', { retryAfter: 100_000 });
    },
  });
  const start = { ...canaryActions[0], deadline: 300_000 };
  const work = running(world, [start, ...canaryActions.slice(1)]).catch((reason) => reason);
  const other = another(world);
  other.dead.add('ada');
  const undone = world.clock.sleep(50_000).then(async () =>
    rollbackUnfinished(other, await readNewest(other, TARGET), {
      why: 'too slow',
      signal: never,
    }),
  );
  expect((await world.clock.run(undone)).result).toBe('rolled-back');
  expect(await world.clock.run(work)).toMatchObject({ code: 'superseded', exit: 6 });
  expect(sent).toBe(1);
});
