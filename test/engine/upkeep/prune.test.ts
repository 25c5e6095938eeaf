import { beforeAll, describe, expect, test } from 'vitest';
import { memoryRelease } from '../../../providers/memory/index.ts';
import type { Release, Store } from '../../../src/contract/index.ts';
import {
  clearTheWay,
  examine,
  findDeployment,
  listDeployments,
  previewPruning,
  prune as pruneAt,
  readNewest,
  type Summary,
} from '../../../src/engine/index.ts';
import { readFloor } from '../../../src/engine/journal/floor.ts';
import { keys, numbersIn } from '../../../src/engine/journal/keys.ts';
import { createMemoryStore } from '../../../stores/memory/index.ts';
import { mortal } from '../../helpers/mortal.ts';
import { createTestWorld } from '../../helpers/world.ts';
import { another, begin, TARGET } from '../stage.ts';
import { deployed, longLog, type Past, pastOf, type Turn } from './past.ts';

const [v2, v3, v4, v5] = [
  memoryRelease('v2'),
  memoryRelease('v3'),
  memoryRelease('v4'),
  memoryRelease('v5'),
];

const good = (...releases: readonly Release[]): Turn[] => releases.map((release) => ({ release }));
const bad = (...releases: readonly Release[]): Turn[] =>
  releases.map((release) => ({ release, fails: true }));

const SIX = good(v2, v3, v4, v2, v5, v3);
let past: Past;

beforeAll(async () => {
  past = await pastOf(SIX);
});

/** Long after whatever is in these journals. */
const LATER = Date.UTC(2100, 0);

const prune = (store: Store, target: string, keep: number) =>
  pruneAt({ store, target }, { keep, now: LATER });

const copyOf = ({ entries }: Past) => new Map(entries);
const listed = async (store: Store) => {
  const summaries: Summary[] = [];
  for await (const summary of listDeployments({ store, target: TARGET })) summaries.push(summary);
  return summaries;
};
const idsIn = async (store: Store) => (await listed(store)).map(({ first }) => first.deployment);
const newestIn = async (store: Store) =>
  (await readNewest(createTestWorld({ store }), TARGET)).state;
const newestFirst = ({ ids }: Past) => ids.toReversed();

/** What is left of it all, once the hints and the signs of life are taken away. */
function remains(entries: ReadonlyMap<string, string>): Record<string, string> {
  const lasting = [...entries].filter(([key]) => !/\/(head|heartbeat)$/.test(key));
  return Object.fromEntries(lasting.sort(([a], [b]) => (a < b ? -1 : 1)));
}

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
      const store = createMemoryStore(entries);
      let left = calls;
      const get = async (key: string) => {
        if (left-- === 0) await prune(createMemoryStore(entries), TARGET, 4);
        return store.get(key);
      };
      await prune({ ...store, get }, TARGET, 3);
      expect(remains(entries)).toEqual(remains(once));
    }
  });

  test('who examines the log misses nothing, whenever older ones go', async () => {
    for (let calls = 0; calls < 60; calls += 3) {
      const entries = copyOf(past);
      const store = createMemoryStore(entries);
      let left = calls;
      const get = async (key: string) => {
        if (left-- === 0) await prune(createMemoryStore(entries), TARGET, 3);
        return store.get(key);
      };
      expect(await examine({ store: { ...store, get }, target: TARGET })).toMatchObject({
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
      const store = createMemoryStore(entries);
      let left = calls;
      const get = async (key: string) => {
        if (left-- === 0) await prune(createMemoryStore(entries), TARGET, 3);
        return store.get(key);
      };
      const ids = await idsIn({ ...store, get });
      expect(newestFirst(past).slice(0, ids.length)).toEqual(ids);
      expect(ids.length).toBeGreaterThanOrEqual(3);
    }
  });
});

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

describe('who slept while others went on and pruned', () => {
  /** Ada holds a deployment that bob took over and ended; he deployed three more since. */
  async function takenOver() {
    const { world } = await pastOf(good(v2, v3));
    const session = await world.clock.run(begin(world));
    await world.clock.run(session.record({ kind: 'step', outcome: null, intent: '01-start' }));
    const other = another(world);
    other.dead.add('ada');
    const { signal } = new AbortController();
    await world.clock.run(clearTheWay(other, TARGET, { supersede: 'reject', wait: 0, signal }));
    for (const turn of good(v4, v5, v4)) await deployed(other, turn);
    return { world, session, other };
  }

  async function sleeper() {
    const { world, session, other } = await takenOver();
    await prune(other.store, TARGET, 1);
    await world.clock.run(world.clock.sleep(60_000));
    return { world, session };
  }

  test('finds its next number free again, and says that it holds nothing any more', async () => {
    const { world, session } = await sleeper();
    const written = world.clock.run(session.record({ kind: 'gates', rounds: [] }));
    await expect(written).rejects.toMatchObject({ code: 'superseded', exit: 6 });
  });

  test('begins nothing, if it is to act before it writes', async () => {
    const { world, session } = await sleeper();
    const acted = world.clock.run(session.mayAct());
    await expect(acted).rejects.toMatchObject({ code: 'superseded', exit: 6 });
  });

  test('leaves nothing that the next pruning does not take away', async () => {
    const { world, session } = await sleeper();
    const before = await idsIn(world.store);
    const written = world.clock.run(session.record({ kind: 'gates', rounds: [] }));
    await expect(written).rejects.toMatchObject({ code: 'superseded' });
    const key = keys.record(TARGET, session.state.seq);
    expect(await world.store.get(key)).not.toBeNull();
    expect(await idsIn(world.store)).toEqual(before);
    await prune(world.store, TARGET, 1);
    expect(await world.store.get(key)).toBeNull();
  });

  test('finds its next number taken as long as it may not know that it slept', async () => {
    const { world, session, other } = await takenOver();
    const now = other.clock.wall() + 300_000;
    expect(await pruneAt({ store: other.store, target: TARGET }, { keep: 1, now })).toMatchObject({
      kept: 4,
    });
    const written = world.clock.run(session.record({ kind: 'gates', rounds: [] }));
    await expect(written).rejects.toMatchObject({ by: { body: { kind: 'taken' } } });
  });
});

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
