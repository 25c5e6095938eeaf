import { describe, expect, test } from 'vitest';
import { findDeployment } from '../../../src/engine/index.ts';
import { keys } from '../../../src/engine/journal/keys.ts';
import { createMemoryStore } from '../../../stores/memory/index.ts';
import { TARGET } from '../stage.ts';
import { copyOf, idsIn, listed, newestIn, past, prune, remains } from './pruning.ts';

describe('a floor', () => {
  async function pruned(keep = 3) {
    const entries = copyOf(past);
    const store = createMemoryStore(entries);
    const { records } = await prune(store, TARGET, keep);
    return { entries, store, floor: records + 1 };
  }

  test('tells what was pruned from what was lost', async () => {
    const { entries, store, floor } = await pruned();
    entries.delete(keys.record(TARGET, floor));
    await expect(idsIn(store)).rejects.toMatchObject({ code: 'journal-damaged' });
    await expect(idsIn(store)).rejects.toThrow(`Record ${floor} `);
  });

  test('is missed: a beginning that nobody said was pruned is lost', async () => {
    const { entries, store, floor } = await pruned();
    entries.delete(keys.floor(TARGET, floor));
    await expect(idsIn(store)).rejects.toThrow(`Record ${floor - 1} `);
  });

  test('is missed by nobody who only wants the newest', async () => {
    const { entries, store, floor } = await pruned();
    entries.delete(keys.floor(TARGET, floor));
    expect(await newestIn(store)).toEqual(await newestIn(past.world.store));
  });

  test('tells that a log above it was lost', async () => {
    const { entries, store, floor } = await pruned();
    for (const key of [...entries.keys()])
      if (key.startsWith(keys.log(TARGET)) || key === keys.head(TARGET)) entries.delete(key);
    await expect(newestIn(store)).rejects.toThrow(`Record ${floor} `);
  });

  test('that is damaged stops a pruning, and nothing else', async () => {
    const { store, floor } = await pruned();
    await store.put(keys.floor(TARGET, floor), '{"seq":1}');
    await expect(prune(store, TARGET, 2)).rejects.toMatchObject({ code: 'journal-damaged' });
    expect(await idsIn(store)).toHaveLength(3);
  });

  test('knows the ids of what is gone, whole or in part', async () => {
    const { store } = await pruned();
    const [oldest = ''] = past.ids;
    for (const reference of [oldest, oldest.slice(0, 5)]) {
      const error = await findDeployment(store, reference).catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        code: 'not-found',
        exit: 2,
        message: `Deployment ${oldest} was pruned: it is older than the journal keeps.`,
        next: ['deployctl history', 'deployctl rollback --to <version>'],
      });
    }
  });

  test('says how many are gone to whoever looks for one that it does not know', async () => {
    const { store } = await pruned();
    const error = await findDeployment(store, 'zzzzzzzz').catch((reason: Error) => reason.message);
    expect(error).toMatch(
      /There is no deployment "zzzzzzzz" .* Older ones were pruned, 3 in all\./,
    );
  });
});

describe('a damaged log', () => {
  test('is not pruned: what cannot be read is evidence', async () => {
    const entries = copyOf(past);
    const store = createMemoryStore(entries);
    const [, second] = (await listed(store)).toReversed();
    entries.set(keys.record(TARGET, second?.last.seq ?? 0), '{');
    const before = remains(entries);
    await expect(prune(store, TARGET, 2)).rejects.toMatchObject({ code: 'journal-damaged' });
    expect(remains(entries)).toEqual(before);
  });
});
