import { expect, test } from 'vitest';
import { createMemoryPlatform, createMemoryProvider } from '../../providers/memory/index.ts';
import type { Operation } from '../../src/contract/index.ts';
import { sending } from '../helpers/calls.ts';
import { serving, v1, v2 } from '../helpers/world.ts';

const stage = () => {
  const platform = serving(createMemoryPlatform());
  const provider = createMemoryProvider(platform);
  const send = (operation: Operation, fence = 1) =>
    provider.apply(operation, sending(operation.kind, { fence }));
  return { platform, provider, send };
};
const start: Operation = { kind: 'start', release: v2, capacity: 100, weights: [100] };
const route = (weight: number): Operation => ({
  kind: 'route',
  split: { [v1.id]: 100 - weight, [v2.id]: weight },
  match: null,
});
const retire: Operation = { kind: 'retire', release: v1.id, keeps: v2.id };

test('the platform in memory refuses a holder that was replaced', async () => {
  const { platform, send } = stage();
  await send(start, 2);
  await expect(send(route(50), 1)).rejects.toMatchObject({ failure: 'fenced' });
  expect(platform.split).toEqual({ [v1.id]: 100 });
});

test('the platform in memory ends in the same state when a call arrives twice', async () => {
  const { provider, send } = stage();
  for (const operation of [start, route(50), route(100), retire]) {
    await send(operation);
    const once = await provider.observe();
    await send(operation);
    expect(await provider.observe()).toEqual(once);
  }
});

test('the platform in memory removes nothing that has traffic', async () => {
  const { platform, send } = stage();
  await send(start);
  await send(route(50));
  await expect(send(retire)).rejects.toMatchObject({ failure: 'permanent' });
  expect(platform.releases.has(v1.id)).toBe(true);
});

test('the platform in memory forgets the split before when it gets another one', async () => {
  const { platform, send } = stage();
  await send(start);
  await send({ kind: 'route', split: { [v2.id]: 100 }, match: null });
  expect(platform.split).toEqual({ [v2.id]: 100 });
});
