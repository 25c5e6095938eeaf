import { describe, expect, test } from 'vitest';
import type { Store } from '../../../src/contract/index.ts';
import { readFloor } from '../../../src/engine/journal/floor.ts';
import { keys } from '../../../src/engine/journal/keys.ts';
import { createMemoryStore } from '../../../stores/memory/index.ts';
import { TARGET } from '../stage.ts';
import { deployed, longLog, pastOf, type Turn } from './past.ts';
import { idsIn, newestIn, past, prune, v2, v3, v4 } from './pruning.ts';

describe('a deployment that has ended', () => {
  const turns = (count: number): Turn[] =>
    Array.from({ length: count }, (_, index) => ({ release: index % 2 ? v2 : v3 }));

  test('prunes what its plan does not keep, a few at a time', async () => {
    const { world } = await pastOf(turns(20), { keep: 4 });
    const counts = (await idsIn(world.store)).length;
    expect(counts).toBeGreaterThanOrEqual(4);
    expect(counts).toBeLessThanOrEqual(6);
  });

  test('prunes nothing, where its plan says nothing of it', async () => {
    const { world } = await pastOf(turns(8));
    expect(await idsIn(world.store)).toHaveLength(8);
  });

  test('succeeds all the same when nothing can be removed, and says so', async () => {
    const remove = async () => {
      throw new Error('not today');
    };
    const wrap = (store: Store): Store => ({ ...store, remove });
    const { world, ids } = await pastOf(turns(8), { keep: 2, wrap });
    expect((await newestIn(world.store))?.ended).toMatchObject({ result: 'succeeded' });
    const told = world.events.filter(({ type }) => type === 'notice').at(-1);
    expect(told?.deployment).toBe(ids.at(-1));
    expect(told?.data).toMatchObject({
      message: expect.stringContaining('not today. Try: deployctl prune'),
    });
  });

  test('is not held up by a store that never answers', async () => {
    const wrap = (store: Store): Store => ({ ...store, remove: () => new Promise(() => {}) });
    const { world } = await pastOf(turns(5), { keep: 2, wrap });
    expect((await newestIn(world.store))?.ended).toMatchObject({ result: 'succeeded' });
  });

  test('leaves nothing at work behind it when pruning takes too long', async () => {
    const { world } = await pastOf(turns(8));
    const { store, clock } = world;
    let removals = 0;
    const remove = async (key: string) => {
      removals += 1;
      await clock.sleep(3000);
      await store.remove(key);
    };
    Object.assign(world, { store: { ...store, remove } });
    await deployed(world, { release: v4 }, 2);
    const told = world.events.filter(({ type }) => type === 'notice').at(-1);
    expect(told?.data).toMatchObject({ message: expect.stringContaining('takes longer than 10s') });
    await clock.run(clock.sleep(10_000));
    const after = removals;
    await clock.run(clock.sleep(60_000));
    expect(removals).toBe(after);
    expect(await idsIn(store)).toHaveLength(2);
  });
});

test('many at once are pruned in steps, each under a floor of its own, and the newest ids are known', async () => {
  const entries = longLog(past, 1300);
  const store = createMemoryStore(entries);
  const floors: string[] = [];
  const create: Store['create'] = (key, value) => {
    floors.push(key);
    return store.create(key, value);
  };
  expect(await prune({ ...store, create }, TARGET, 20)).toMatchObject({ deployments: 1280 });
  expect(floors).toEqual([1001, 2001, 2561].map((seq) => keys.floor(TARGET, seq)));
  expect(await idsIn(store)).toHaveLength(20);
  expect(await store.list(keys.deployments)).toHaveLength(20);
  const floor = await readFloor({ store, target: TARGET });
  expect(floor).toMatchObject({ v: 1, seq: 2561, pruned: 1280, epoch: 1280 });
  expect(floor?.ids).toEqual(Array.from({ length: 1000 }, (_, index) => `d${280 + index}`));
});
