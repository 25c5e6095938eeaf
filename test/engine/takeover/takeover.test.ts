import { expect, test } from 'vitest';
import {
  clearTheWay,
  judgeLock,
  readNewest,
  resume,
  rollbackUnfinished,
} from '../../../src/engine/index.ts';
import type { TestWorld } from '../../helpers/world.ts';
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

/** Somebody elsewhere, and a deployment that nobody is there for any more. */
async function deserted(): Promise<TestWorld> {
  const world = servingWorld();
  await world.clock.run(begin(world));
  return another(world);
}

test.each([
  [
    'rolled back',
    (world, found) => rollbackUnfinished(world, found, { why: 'asked', signal: never }),
  ],
  ['resumed', (world, found) => resume(world, found, { signal: never })],
] as [string, (...found: [TestWorld, Parameters<typeof resume>[1]]) => Promise<unknown>][])(
  'whoever has waited for a lease already does not wait for another one before it is %s',
  async (_way, act) => {
    const other = await deserted();
    const began = other.clock.monotonic();
    await other.clock.run(
      readNewest(other, TARGET).then(async (newest) => {
        const lock = await judgeLock(other, newest, never);
        expect(lock).toBe('dead');
        return act(other, { ...newest, lock });
      }),
    );
    expect(other.clock.monotonic() - began).toBeLessThan(120_000);
  },
);

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  'a %s while an older deployment goes back before a new one leaves that to a resume, exit %i',
  async (signal, exit) => {
    const world = servingWorld();
    void running(world).catch(() => {});
    await world.clock.run(world.clock.sleep(5000));
    const other = another(world);
    other.dead.add('ada');
    tampered(other, { verify: silence });
    at(other, 1000, () => other.interrupt(signal));
    const options = { supersede: 'reject', wait: 0, signal: never } as const;
    const error = await other.clock
      .run(clearTheWay(other, TARGET, options))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ exit });
    expect((error as Error).message).toContain(`interrupted by ${signal}`);
  },
);

test('a holder that is proven alive on this machine is not waited for, however silent it is', async () => {
  const other = await deserted();
  Object.assign(other, { provenAlive: () => true });
  const began = other.clock.monotonic();
  const newest = await other.clock.run(readNewest(other, TARGET));
  expect(await other.clock.run(judgeLock(other, newest, never))).toBe('alive');
  await expect(other.clock.run(resume(other, newest, { signal: never }))).rejects.toMatchObject({
    exit: 6,
  });
  expect(other.clock.monotonic()).toBe(began);
});

test('whoever asks from elsewhere while a deployment ends is answered then, not after a lease', async () => {
  const world = servingWorld();
  const other = another(world);
  const work = running(world, [{ kind: 'hold', duration: 5000, extension: 0 }]);
  const asked = other.clock
    .sleep(1000)
    .then(async () => judgeLock(other, await readNewest(other, TARGET), never));
  expect(await other.clock.run(asked)).toBe('alive');
  expect(other.clock.monotonic()).toBeLessThan(8000);
  await world.clock.run(work).catch(() => {});
});

test('whoever was asked to leave does not begin the way back of an older deployment', async () => {
  const other = await deserted();
  other.dead.add('ada');
  const left = { supersede: 'cancel-older', wait: 0, signal: AbortSignal.abort() } as const;
  await expect(other.clock.run(clearTheWay(other, TARGET, left))).rejects.toMatchObject({
    exit: 6,
  });
  expect((await readNewest(other, TARGET)).state).toMatchObject({
    direction: 'forward',
    ended: null,
  });
});

test('what a dead holder had sent and arrives late keeps nobody from taking its place', async () => {
  let late: (() => Promise<unknown>) | null = null;
  const store = storeWith((inner) => ({
    create: async (key, value) => {
      const arrives = value.includes('"kind":"taken"') ? late : null;
      if (arrives) late = null;
      await arrives?.();
      return inner.create(key, value);
    },
  }));
  const world = servingWorld({ store });
  const session = await world.clock.run(begin(world));
  const other = another(world);
  other.dead.add('ada');
  late = () => session.record({ kind: 'gates', rounds: [] });
  const found = await other.clock.run(readNewest(other, TARGET));
  const { result } = await other.clock.run(resume(other, found, { signal: never }));
  expect([result, late]).toEqual(['succeeded', null]);
});

test.each(['reject', 'queue'] as const)(
  'what a person stopped is left to a person by a new deployment that is to %s, even where its process is gone',
  async (supersede) => {
    const world = servingWorld();
    at(world, 2500, () => world.interrupt('SIGINT'));
    await world.clock.run(running(world));
    const other = another(world);
    other.dead.add('ada');
    const refused = other.clock.run(
      clearTheWay(other, TARGET, { supersede, wait: 5000, signal: never }),
    );
    await expect(refused).rejects.toMatchObject({ code: 'held', exit: 6 });
    const { state } = await readNewest(other, TARGET);
    expect(state).toMatchObject({ direction: 'forward', stopped: { stop: 'interrupted' } });
  },
);
