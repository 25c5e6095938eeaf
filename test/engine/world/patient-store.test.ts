import { expect, test } from 'vitest';
import { ProviderError, type Store } from '../../../src/contract/index.ts';
import { backoff, retryStore, sturdy } from '../../../src/engine/world/patient-store.ts';
import { createTestWorld } from '../../helpers/world.ts';
import { silence, storeWith } from '../stage.ts';

test('waits are drawn between nothing and a bound that doubles up to half a minute', () => {
  const world = createTestWorld();
  for (const [attempt, bound] of [
    [1, 200],
    [4, 1600],
    [8, 25_600],
    [20, 30_000],
  ] as const) {
    const waits = Array.from({ length: 500 }, () => backoff(world, attempt));
    expect(Math.min(...waits)).toBeLessThan(bound * 0.05);
    expect(Math.max(...waits)).toBeGreaterThan(bound * 0.9);
    expect(Math.max(...waits)).toBeLessThanOrEqual(bound);
  }
});

test('what the platform asks for is never undercut', () => {
  const world = createTestWorld();
  expect(backoff(world, 1, 5000)).toBe(5000);
});

test('a store call is tried again until it answers', async () => {
  const world = createTestWorld();
  let left = 5;
  const call = async () => {
    if (left-- > 0) throw new ProviderError('transient', '503');
    return 'here';
  };
  expect(await world.clock.run(retryStore(world, call))).toBe('here');
});

const CALLS: Record<'get' | 'create' | 'list' | 'remove', (store: Store) => Promise<unknown>> = {
  get: (store) => store.get('a/b'),
  create: (store) => store.create('a/b', 'c'),
  list: (store) => store.list('a'),
  remove: (store) => store.remove('a/b'),
};

test.each(['get', 'create', 'list', 'remove'] as const)(
  'what the engine asks of a store is tried again until it answers: %s',
  async (method) => {
    let left = 3;
    const fails = async () => {
      if (left-- > 0) throw new ProviderError('transient', '503');
      return method === 'create' ? 'created' : method === 'list' ? ['b'] : null;
    };
    const world = createTestWorld({ store: storeWith(() => ({ [method]: fails })) });
    await world.clock.run(CALLS[method](sturdy(world)));
    expect(left).toBe(-1);
  },
);

test('a sign of life is sent once, and waited for no longer than any call', async () => {
  let sent = 0;
  const put = () => {
    sent += 1;
    return silence();
  };
  const world = createTestWorld({ store: storeWith(() => ({ put })) });
  await expect(world.clock.run(sturdy(world).put('a', 'b'))).rejects.toThrow(/no answer within/);
  expect([sent, world.clock.monotonic()]).toEqual([1, world.pace.call]);
});

test('a proof has the time of all its calls: in a storm each of them is tried again', async () => {
  const world = createTestWorld({
    store: storeWith((inner) => ({
      probe: async () => {
        for (let call = 0; call < 5; call++) await world.clock.sleep(world.pace.call - 1);
        return inner.probe();
      },
    })),
  });
  await world.clock.run(sturdy(world).probe());
  expect(world.clock.monotonic()).toBeGreaterThan(4 * world.pace.call);
});

test('a proof that never ends is given up, in words', async () => {
  const world = createTestWorld({ store: storeWith(() => ({ probe: silence })) });
  await expect(world.clock.run(sturdy(world).probe())).rejects.toThrow(/no answer within/);
});

test('what can never work is not tried again', async () => {
  const world = createTestWorld();
  let calls = 0;
  const call = async () => {
    calls += 1;
    throw new ProviderError('permanent', 'the disk is full');
  };
  await expect(world.clock.run(retryStore(world, call))).rejects.toThrow(/the disk is full/);
  expect(calls).toBe(1);
});

test('nobody tries longer than a holder may act unseen, and one call', async () => {
  const world = createTestWorld();
  await expect(world.clock.run(retryStore(world, silence))).rejects.toMatchObject({
    code: 'store-failed',
    exit: 1,
  });
  const { selfFence, call } = world.pace;
  expect(world.clock.monotonic()).toBeLessThanOrEqual(selfFence + call + 30_000);
});

test('whoever is in a hurry has one short try more', async () => {
  const world = createTestWorld();
  const hurry = new AbortController();
  void world.clock.sleep(2000).then(() => hurry.abort());
  await expect(
    world.clock.run(retryStore(world, silence, { hurry: hurry.signal })),
  ).rejects.toThrow();
  expect(world.clock.monotonic()).toBeLessThanOrEqual(3500);
});
