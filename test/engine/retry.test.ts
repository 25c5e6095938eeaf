import { expect, test } from 'vitest';
import { ProviderError } from '../../src/contract/index.ts';
import { backoff, retryStore } from '../../src/engine/retry.ts';
import { createTestWorld } from '../helpers/world.ts';
import { silence } from './stage.ts';

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
  await expect(world.clock.run(retryStore(world, silence, hurry.signal))).rejects.toThrow();
  expect(world.clock.monotonic()).toBeLessThanOrEqual(3500);
});
