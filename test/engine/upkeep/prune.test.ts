import { describe, expect, test } from 'vitest';
import type { Store } from '../../../src/contract/index.ts';
import { findDeployment, previewPruning } from '../../../src/engine/index.ts';
import { keys, numbersIn } from '../../../src/engine/journal/keys.ts';
import { createMemoryStore } from '../../../stores/memory/index.ts';
import { mortal } from '../../helpers/mortal.ts';
import { begin, TARGET } from '../stage.ts';
import { pastOf, type Turn } from './past.ts';
import {
  bad,
  copyOf,
  good,
  idsIn,
  LATER,
  newestFirst,
  newestIn,
  past,
  prune,
  remains,
  v2,
  v3,
  v4,
} from './pruning.ts';

describe('what is pruned', () => {
  test('is the oldest, so that as many stay as are to be kept', async () => {
    const entries = copyOf(past);
    const store = createMemoryStore(entries);
    expect(await prune(store, TARGET, 4)).toMatchObject({ deployments: 2, kept: 4 });
    expect(await idsIn(store)).toEqual(newestFirst(past).slice(0, 4));
    expect(await newestIn(store)).toEqual(await newestIn(past.world.store));
  });

  test('leaves a log without gaps, and nothing of what belonged to it', async () => {
    const entries = copyOf(past);
    const store = createMemoryStore(entries);
    const { records } = await prune(store, TARGET, 4);
    const log = numbersIn(await store.list(keys.log(TARGET)));
    expect(log).toEqual(Array.from({ length: log.length }, (_, index) => records + 1 + index));
    expect(await store.list(keys.deployments)).toEqual(past.ids.slice(2).toSorted());
    expect(await store.list(keys.controls(TARGET))).toHaveLength(4);
    expect(await store.list(keys.floors(TARGET))).toEqual([String(records + 1).padStart(10, '0')]);
  });

  test('is nothing, where no more are there than are to be kept', async () => {
    const entries = copyOf(past);
    expect(await prune(createMemoryStore(entries), TARGET, 6)).toMatchObject({ deployments: 0 });
    expect(remains(entries)).toEqual(remains(past.entries));
  });

  test('is nothing in a journal in which nothing is', async () => {
    const entries = new Map<string, string>();
    const nothing = { deployments: 0, records: 0, kept: 0 };
    expect(await prune(createMemoryStore(entries), TARGET, 1)).toEqual(nothing);
    expect(entries.size).toBe(0);
  });

  test('is only told by a preview', async () => {
    const entries = copyOf(past);
    const store = createMemoryStore(entries);
    const told = await previewPruning({ store, target: TARGET }, { keep: 3, now: LATER });
    expect(remains(entries)).toEqual(remains(past.entries));
    expect(await prune(store, TARGET, 3)).toEqual(told);
  });

  test('goes on from where an earlier pruning stopped', async () => {
    const [twice, once] = [copyOf(past), copyOf(past)];
    for (const keep of [5, 3]) await prune(createMemoryStore(twice), TARGET, keep);
    await prune(createMemoryStore(once), TARGET, 3);
    expect(remains(twice)).toEqual(remains(once));
  });
});

describe('what is never pruned', () => {
  const PASTS: readonly [string, readonly Turn[], number][] = [
    ['the deployment of what is live', good(v2, v3), 2],
    ['it, however many failed since', [...good(v2), ...bad(v3, v4, v3, v4)], 5],
    ['the one that a rollback goes back to', [...good(v2, v3), ...bad(v4, v4)], 4],
    ['the newest of that release, and none before it', good(v3, v2, v3, v2, v3), 2],
    ['what lies between the two', [...good(v2), ...bad(v4), ...good(v3)], 3],
  ];
  test.each(PASTS)('%s', async (_what, turns, stay) => {
    const { world, ids } = await pastOf(turns);
    expect(await prune(world.store, TARGET, 1)).toMatchObject({ kept: stay });
    expect(await idsIn(world.store)).toEqual(ids.toReversed().slice(0, stay));
  });

  test('an unfinished deployment, and what it would go back to', async () => {
    const { world, ids } = await pastOf(good(v2, v3, v4));
    const session = await world.clock.run(begin(world));
    expect(await prune(world.store, TARGET, 1)).toMatchObject({ deployments: 1, kept: 3 });
    expect(await idsIn(world.store)).toEqual([session.state.id, ids[2], ids[1]]);
  });

  test('the newest one, even where nothing ever succeeded and nothing is to be kept', async () => {
    const { world, ids } = await pastOf(bad(v2, v3));
    const session = await world.clock.run(begin(world));
    expect(await prune(world.store, TARGET, 0)).toMatchObject({ deployments: ids.length });
    expect(await idsIn(world.store)).toEqual([session.state.id]);
  });
});

describe.each(['before', 'after'] as const)('killed %s any call to the store', (dies) => {
  test('what is kept stays readable, and pruning again finishes', async () => {
    const [whole, twice] = [copyOf(past), copyOf(past)];
    await prune(createMemoryStore(whole), TARGET, 3);
    await prune(createMemoryStore(twice), TARGET, 3);
    const state = await newestIn(past.world.store);
    let deaths = 0;
    for (let calls = 0; ; calls++) {
      const entries = copyOf(past);
      const store = createMemoryStore(entries);
      const died = await prune(mortal(store, calls, dies), TARGET, 3).then(
        () => false,
        () => true,
      );
      if (!died) break;
      deaths += 1;
      const ids = await idsIn(store);
      expect(ids.slice(0, 3)).toEqual(newestFirst(past).slice(0, 3));
      expect(newestFirst(past)).toEqual(expect.arrayContaining(ids));
      expect(await newestIn(store)).toEqual(state);
      for (const id of past.ids) await expectFoundOrPruned(store, id);
      await prune(store, TARGET, 3);
      expect(remains(entries)).toEqual(remains(whole));
    }
    expect(deaths).toBeGreaterThan(60);
  });
});

async function expectFoundOrPruned(store: Store, id: string): Promise<void> {
  const error = await findDeployment(store, id).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error !== null)
    expect(error).toMatchObject({ code: 'not-found', message: expect.stringMatching(/pruned/) });
}
