import { beforeAll, describe, expect, test } from 'vitest';
import type { JournalRecord, Store } from '../../../src/contract/index.ts';
import { drive, listDeployments, readNewest } from '../../../src/engine/index.ts';
import { hintText, readHead } from '../../../src/engine/journal/head.ts';
import { Journal } from '../../../src/engine/journal/journal.ts';
import { keys } from '../../../src/engine/journal/keys.ts';
import { hashOf } from '../../../src/lib/canonical.ts';
import { createMemoryStore } from '../../../stores/memory/index.ts';
import { no } from '../../helpers/world.ts';
import { begin, running, servingWorld, TARGET } from '../stage.ts';

const entries = new Map<string, string>();
let last = 0;

beforeAll(async () => {
  const world = servingWorld({ store: createMemoryStore(entries) });
  await world.clock.run(running(world));
  last = (await readHead({ store: world.store, target: TARGET }))?.seq ?? 0;
});

/** The same log, with one entry changed. */
function damaged(key: string, change: (text: string) => string | null): Store {
  const copy = new Map(entries);
  const text = change(copy.get(key) ?? '');
  if (text === null) copy.delete(key);
  else copy.set(key, text);
  return createMemoryStore(copy);
}

const newestIn = (store: Store) => readNewest(servingWorld({ store }), TARGET);
const change = (edit: (record: JournalRecord) => object) => (text: string) =>
  JSON.stringify(edit(JSON.parse(text) as JournalRecord));

describe('a damaged log is refused, by the number of the record that is at fault', () => {
  const cases: readonly [string, (text: string) => string | null][] = [
    ['a flipped byte', (text) => text.replace('"epoch":1', '"epoch":2')],
    ['half a record', (text) => text.slice(0, text.length / 2)],
    ['nothing at all', () => ''],
    ['a record of a later version', change((record) => ({ ...record, v: 2 }))],
    ['another record in its place', change((record) => ({ ...record, seq: 99 }))],
    ['a record that is gone', () => null],
  ];
  test.each(cases)('%s', async (_what, damage) => {
    const store = damaged(keys.record(TARGET, 4), damage);
    const error = await newestIn(store).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'journal-damaged', exit: 4 });
    expect((error as Error).message).toContain('Record 4 ');
  });

  test('a chain that does not hold', async () => {
    const other = servingWorld({ seed: 77 });
    await other.clock.run(running(other));
    const foreign = await other.store.get(keys.record(TARGET, 4));
    const error = await newestIn(damaged(keys.record(TARGET, 4), () => foreign)).catch((e) => e);
    expect(error).toMatchObject({ code: 'journal-damaged' });
    expect((error as Error).message).toMatch(/Record [45] .*chain/);
  });
});

test('a newest record that cannot be read is not taken for the end of the log', async () => {
  const store = damaged(keys.record(TARGET, last), (text) => text.slice(0, 40));
  await expect(newestIn(store)).rejects.toThrow(`Record ${last} `);
});

test('records that are appended at once get numbers one after the other', async () => {
  const world = servingWorld();
  const journal = new Journal(world, TARGET, null);
  const body = { kind: 'gates', rounds: [] } as const;
  const appended = [1, 2, 3].map(() => journal.append({ epoch: 1, deployment: 'd', body }));
  const records = await world.clock.run(Promise.all(appended));
  expect(records.map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

test('a newer version says which one it is and which one is known', async () => {
  const newer = (record: JournalRecord) => {
    const { hash: _, ...other } = { ...record, v: 7 };
    return { ...other, hash: hashOf(other) };
  };
  const store = damaged(keys.record(TARGET, 2), change(newer));
  await expect(newestIn(store)).rejects.toThrow(/version 7, and this deployctl reads up to \d/);
});

describe('the hint where the log ends is only a hint', () => {
  const hints = ['', 'garbage', '-3', '1e99', '0', '1', '3', '12', '999'];
  test.each(hints)('%j', async (hint) => {
    const store = damaged(keys.head(TARGET), () => hint);
    expect((await readHead({ store, target: TARGET }))?.seq).toBe(last);
    expect(await store.get(keys.head(TARGET))).toContain(`"seq":${last}}`);
  });

  test('none', async () => {
    expect(
      (await readHead({ store: damaged(keys.head(TARGET), () => null), target: TARGET }))?.seq,
    ).toBe(last);
    expect(await readHead({ store: createMemoryStore(), target: TARGET })).toBeNull();
  });

  test.each([[6], [6, 7], [6, 7, 8, 9], [12], [11, 12]])(
    'records that are gone right behind the hint are not taken for the end: %s',
    async (...gone) => {
      const copy = new Map(entries);
      copy.set(keys.head(TARGET), String((gone[0] ?? 0) - 1));
      for (const seq of gone) copy.delete(keys.record(TARGET, seq));
      const store = createMemoryStore(copy);
      expect((await readHead({ store, target: TARGET }))?.seq).toBe(last);
      await expect(newestIn(store)).rejects.toThrow(new RegExp(`Record ${gone[0]} `));
    },
  );
});

describe('in a log of 5000 records', () => {
  const long = new Map<string, string>();
  beforeAll(() => {
    const record = JSON.parse(entries.get(keys.record(TARGET, 1)) ?? '') as JournalRecord;
    for (let seq = 1; seq <= 5000; seq++) {
      const { hash: _, ...rest } = { ...record, seq };
      long.set(keys.record(TARGET, seq), JSON.stringify({ ...rest, hash: hashOf(rest) }));
    }
  });

  test.each([
    ['without a hint', null, 10],
    ['from a hint that is 4000 records old', 1000, 150],
  ] as const)('the end is found in few reads %s', async (_from, hint, most) => {
    const inner = createMemoryStore(new Map(long));
    if (hint !== null) await inner.put(keys.head(TARGET), hintText(TARGET, hint));
    let reads = 0;
    const get = (key: string) => {
      reads += 1;
      return inner.get(key);
    };
    expect((await readHead({ store: { ...inner, get }, target: TARGET }))?.seq).toBe(5000);
    expect(reads).toBeLessThan(most);
  });

  test('a gap of hundreds of records behind the hint is not taken for the end', async () => {
    const copy = new Map(long);
    copy.set(keys.head(TARGET), hintText(TARGET, 1000));
    for (let seq = 1001; seq <= 1500; seq++) copy.delete(keys.record(TARGET, seq));
    expect((await readHead({ store: createMemoryStore(copy), target: TARGET }))?.seq).toBe(5000);
  });
});

test('the history lists deployments newest first, with two reads for each', async () => {
  const world = servingWorld();
  for (let turn = 0; turn < 3; turn++) {
    const session = await world.clock.run(begin(world));
    await world.clock.run(drive(session));
  }
  const summaries = [];
  for await (const summary of listDeployments({ store: world.store, target: TARGET }))
    summaries.push(summary);
  const chapters = summaries.map(({ first }) => first.seq);
  expect(chapters).toEqual([...chapters].sort((a, b) => b - a));
  expect(summaries.every(({ first, last: end }) => first.deployment === end.deployment)).toBe(true);
});

test('texts are recorded without secrets, but the plan, the way back and the holder as they are', async () => {
  const world = servingWorld();
  world.readings.set('probe', () => no);
  Object.assign(world, { redact: (text: string) => text.replaceAll(/v2|ada|not fine/g, '***') });
  const session = await world.clock.run(begin(world));
  const { plan } = session.state;
  expect((await world.clock.run(drive(session))).result).toBe('rolled-back');
  const { state } = await readNewest(world, TARGET);
  expect(state?.turned?.reason).toContain('***');
  expect(state).toMatchObject({ plan, holder: world.holder, course: session.state.course });
  expect(JSON.stringify(session.state.course)).toContain('v2');
  const { hash, ...unhashed } = state?.plan ?? plan;
  expect(hashOf(unhashed)).toBe(hash);
});
