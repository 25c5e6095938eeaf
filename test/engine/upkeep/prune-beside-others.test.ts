import { describe, expect, test } from 'vitest';
import type { Store } from '../../../src/contract/index.ts';
import { examine } from '../../../src/engine/index.ts';
import { keys } from '../../../src/engine/journal/keys.ts';
import { createMemoryStore } from '../../../stores/memory/index.ts';
import { TARGET } from '../stage.ts';
import { copyOf, idsIn, newestFirst, newestIn, past, prune, remains } from './pruning.ts';

describe('others meanwhile', () => {
  test('two that prune at once leave what the stricter one leaves', async () => {
    const strict = copyOf(past);
    await prune(createMemoryStore(strict), TARGET, 2);
    for (const keeps of [
      [2, 2],
      [2, 4],
      [4, 2],
      [3, 2],
    ]) {
      const entries = copyOf(past);
      const doors = keeps.map(() => createMemoryStore(entries));
      await Promise.all(keeps.map((keep, index) => prune(doors[index] as Store, TARGET, keep)));
      await prune(createMemoryStore(entries), TARGET, 2);
      expect(remains(entries)).toEqual(remains(strict));
    }
  });

  test('whoever prunes counts nothing twice, whenever somebody else prunes in between', async () => {
    const once = copyOf(past);
    await prune(createMemoryStore(once), TARGET, 3);
    for (let calls = 0; calls < 40; calls++) {
      const entries = copyOf(past);
      const store = prunedMeanwhile(entries, calls, 4);
      await prune(store, TARGET, 3);
      expect(remains(entries)).toEqual(remains(once));
    }
  });

  test('who examines the log misses nothing, whenever older ones go', async () => {
    for (let calls = 0; calls < 60; calls += 3) {
      const entries = copyOf(past);
      const store = prunedMeanwhile(entries, calls, 3);
      expect(await examine({ store, target: TARGET })).toMatchObject({
        verdict: 'whole',
      });
    }
  });

  test('who looks for the newest finds it, though all that was listed was pruned meanwhile', async () => {
    const entries = copyOf(past);
    const store = createMemoryStore(entries);
    const names = (await store.list(keys.log(TARGET))).slice(0, 2);
    await prune(store, TARGET, 3);
    const list = async (prefix: string) =>
      prefix === keys.log(TARGET) ? names : store.list(prefix);
    expect(await newestIn({ ...store, list })).toEqual(await newestIn(past.world.store));
  });

  test('who lists deployments sees all that stay, whenever older ones go', async () => {
    for (let calls = 0; calls < 20; calls++) {
      const entries = copyOf(past);
      const store = prunedMeanwhile(entries, calls, 3);
      const ids = await idsIn(store);
      expect(newestFirst(past).slice(0, ids.length)).toEqual(ids);
      expect(ids.length).toBeGreaterThanOrEqual(3);
    }
  });
});

/** A store whose log somebody else prunes between two of its reads, after so many of them. */
function prunedMeanwhile(entries: Map<string, string>, reads: number, keep: number): Store {
  const store = createMemoryStore(entries);
  let left = reads;
  const get = async (key: string) => {
    if (left-- === 0) await prune(createMemoryStore(entries), TARGET, keep);
    return store.get(key);
  };
  return { ...store, get };
}
