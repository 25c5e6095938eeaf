import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DeployError, type JournalRecord } from '../../../src/contract/index.ts';
import {
  findDeployment,
  listDeployments,
  listTargets,
  readChapterSince,
  readNewest,
} from '../../../src/engine/index.ts';
import { keys } from '../../../src/engine/journal/keys.ts';
import { parseRecord } from '../../../src/engine/journal/record.ts';
import { canonicalJson, hashOf } from '../../../src/lib/canonical.ts';
import { createMemoryStore } from '../../../stores/memory/index.ts';
import { createTestWorld } from '../../helpers/world.ts';

const FOLDER = new URL('../../simulation/journals/', import.meta.url);
const TARGET = 'shop-1';
const ID = 'secondone';

const recorded = (name: string) =>
  readFileSync(new URL(`${name}.jsonl`, FOLDER), 'utf8')
    .trimEnd()
    .split('\n');

/** One recorded log behind another, chained as if they had been written there. */
function behind(first: readonly string[], second: readonly string[]): string[] {
  let { hash: prev } = JSON.parse(first.at(-1) ?? '') as JournalRecord;
  const moved = second.map((line) => {
    const { hash: _, ...record } = JSON.parse(line) as JournalRecord;
    const [seq, chapter] = [record.seq + first.length, record.chapter + first.length];
    const unhashed = { ...record, seq, chapter, deployment: ID, prev };
    prev = hashOf(unhashed);
    return canonicalJson({ ...unhashed, hash: prev });
  });
  return [...first, ...moved];
}

const OLDER = recorded('first-succeeded');
const LOG = behind(OLDER, recorded('canary-rolled-back'));
const CHAPTER = OLDER.length + 1;

type Damage = (records: Map<number, string>) => void;

/** As `writeHint` leaves it. */
function hintAt(seq: number): string {
  return canonicalJson({ seq, hash: hashOf({ target: TARGET, seq }) });
}

function storeWith(damage: Damage, hint: string | null) {
  const records = new Map(LOG.map((line, index) => [index + 1, line]));
  damage(records);
  const entries = new Map([...records].map(([seq, text]) => [keys.record(TARGET, seq), text]));
  entries.set(keys.deployment(ID), JSON.stringify({ target: TARGET }));
  if (hint !== null) entries.set(keys.head(TARGET), hint);
  return createMemoryStore(entries);
}

type Store = ReturnType<typeof storeWith>;

const READINGS = {
  readNewest: async (store: Store) => (await readNewest(createTestWorld({ store }), TARGET)).state,
  findDeployment: (store: Store) => findDeployment(store, ID),
  listDeployments: async (store: Store) => {
    const summaries = [];
    for await (const summary of listDeployments({ store, target: TARGET })) summaries.push(summary);
    return summaries;
  },
  readChapterSince: (store: Store) => readChapterSince({ store, target: TARGET }, CHAPTER, CHAPTER),
};
type Reading = keyof typeof READINGS;
const ALL = Object.keys(READINGS) as Reading[];

const UNREADABLE: readonly string[] = ['journal-damaged', 'journal-newer'];

/** The canonical result, or the number of the record that is refused; anything else is thrown on. */
async function outcome(reading: Reading, store: Store): Promise<string> {
  try {
    return canonicalJson(await READINGS[reading](store));
  } catch (error) {
    if (!(error instanceof DeployError) || !UNREADABLE.includes(error.code)) throw error;
    const named = /^Record (\d+) of the log of shop-1 /.exec(error.message)?.[1];
    if (!named) throw new Error(`names no record: ${error.message}`);
    return `refused for record ${named}`;
  }
}

const whole = new Map<Reading, string>();

beforeAll(async () => {
  for (const reading of ALL)
    whole.set(
      reading,
      await outcome(
        reading,
        storeWith(() => {}, hintAt(LOG.length)),
      ),
    );
});

interface Limits {
  /** The records that may be named; none when nothing may be refused. */
  readonly named: readonly number[];
  readonly readings?: readonly Reading[];
  readonly hint?: string | null;
}

/** Every reading sees the undamaged log or refuses the record at fault; how many refused. */
async function expectHonest(damage: Damage, limits: Limits): Promise<number> {
  const { named, readings = ALL, hint = hintAt(LOG.length) } = limits;
  let refused = 0;
  for (const reading of readings) {
    const seen = await outcome(reading, storeWith(damage, hint));
    if (seen === whole.get(reading)) continue;
    expect({ reading, seen: seen.slice(0, 80), named }).toEqual({
      reading,
      seen: expect.stringMatching(new RegExp(`^refused for record (${named.join('|')})$`)),
      named,
    });
    refused += 1;
  }
  return refused;
}

const SEQS = LOG.map((_, index) => index + 1);
const INNER = SEQS.slice(0, -1);
const rewritten = (seq: number, text: string): Damage => {
  return (records) => records.set(seq, text);
};

type Flip = (byte: number, at: number) => number;
const FLIPS: readonly [string, Flip][] = [
  ['one bit of it, another one at each place', (byte, at) => byte ^ (1 << (at % 8))],
  ['all bits of it', (byte) => byte ^ 0xff],
];

function flipped(text: string, at: number, flip: Flip): string {
  const bytes = Buffer.from(text);
  bytes[at] = flip(bytes[at] ?? 0, at);
  return bytes.toString();
}

/** A complete journal of its own. */
const WHOLE = recorded('canary-rolled-back');

function expectRefused(text: string, seq: number): void {
  let read: JournalRecord;
  try {
    read = parseRecord({ store: { url: 'memory:' }, target: TARGET }, seq, text);
  } catch (error) {
    const isOurs = error instanceof DeployError && error.code === 'journal-damaged';
    if (isOurs && error.message.startsWith(`Record ${seq} `)) return;
    throw error;
  }
  throw new Error(`record ${seq} passes as ${JSON.stringify(read)}`);
}

/** Tens of thousands of errors, of whose stacks nobody looks at one. */
let depth = 0;
beforeAll(() => {
  depth = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
});
afterAll(() => {
  Error.stackTraceLimit = depth;
});

describe('a byte that is flipped', () => {
  test.each(FLIPS)('anywhere in any record is noticed: %s', (_how, flip) => {
    for (const [index, text] of WHOLE.entries()) {
      const length = Buffer.byteLength(text);
      for (let at = 0; at < length; at++) expectRefused(flipped(text, at, flip), index + 1);
    }
  });

  test('is noticed by every reading, or the record is not needed', async () => {
    for (const seq of SEQS) {
      const text = LOG[seq - 1] ?? '';
      for (let at = seq % 37; at < Buffer.byteLength(text); at += 37) {
        const reading = ALL[at % ALL.length] as Reading;
        const limits = { named: [seq], readings: [reading] };
        const damage = rewritten(seq, flipped(text, at, FLIPS[at % 2]?.[1] as Flip));
        const refused = await expectHonest(damage, limits);
        if (seq >= CHAPTER && reading !== 'listDeployments') expect(refused).toBe(1);
      }
    }
  });
});

describe('a record that ends too early', () => {
  test('is refused, wherever it ends', () => {
    for (const [index, text] of WHOLE.entries())
      for (let length = 0; length < text.length; length++)
        expectRefused(text.slice(0, length), index + 1);
  });

  test('is refused by every reading, or the record is not needed', async () => {
    for (const seq of SEQS) {
      const text = LOG[seq - 1] ?? '';
      for (let length = seq % 131; length < text.length; length += 131)
        await expectHonest(rewritten(seq, text.slice(0, length)), { named: [seq] });
    }
  });
});

const HINTS: readonly [string, string | null][] = [
  ['is exact', hintAt(LOG.length)],
  ['is a little old', hintAt(LOG.length - 3)],
  ['is of the chapter’s beginning', hintAt(CHAPTER)],
  ['is of the log’s beginning', hintAt(1)],
  ['is a number, as older versions wrote it', String(LOG.length - 1)],
  ['is garbage', '{"seq":'],
  ['points beyond the end without proof', '9999'],
  ['is gone', null],
];

const gone =
  (...seqs: readonly number[]): Damage =>
  (records) => {
    for (const seq of seqs) records.delete(seq);
  };

describe.each(HINTS)('records that are gone, where the hint %s', (_what, hint) => {
  const readings: Reading[] = ['readNewest', 'findDeployment', 'listDeployments'];

  test('are missed one by one', async () => {
    for (const seq of INNER) {
      const refused = await expectHonest(gone(seq), { named: [seq], readings, hint });
      if (seq >= CHAPTER) expect(refused).toBeGreaterThanOrEqual(2);
    }
  });

  test('are missed two by two', async () => {
    for (const seq of INNER.slice(0, -1)) {
      const limits = { named: [seq, seq + 1], readings, hint };
      const refused = await expectHonest(gone(seq, seq + 1), limits);
      if (seq + 1 >= CHAPTER) expect(refused).toBeGreaterThanOrEqual(2);
    }
  });

  test('are missed by whoever would write, however many they are', async () => {
    for (const from of SEQS.slice(CHAPTER - 1))
      for (let to = from; to < LOG.length; to++) {
        const range = Array.from({ length: to - from + 1 }, (_, index) => from + index);
        const limits = { named: range, readings: ['readNewest'] as const, hint };
        expect(await expectHonest(gone(...range), limits)).toBe(1);
      }
  });

  test('are missed by whoever follows the log from its beginning', async () => {
    for (const seq of INNER)
      await expectHonest(gone(seq), { named: [seq], readings: ['readChapterSince'], hint });
  });
});

describe('a log whose end is gone', () => {
  test('is refused, where a whole hint proves that it went on', async () => {
    for (let length = 0; length < LOG.length; length++) {
      const rest = gone(...SEQS.slice(length));
      const limits = { named: [length + 1], hint: hintAt(LOG.length) };
      expect(await expectHonest(rest, limits)).toBeGreaterThanOrEqual(3);
    }
  });

  // Nothing inside a log can tell that it once was longer: only a copy of its head elsewhere could.
  test('is like a log that was not written further, where nothing tells', async () => {
    const store = () => storeWith(gone(LOG.length), null);
    const seen = JSON.parse(await outcome('readNewest', store()));
    expect(seen).toMatchObject({ id: ID, seq: LOG.length - 1, ended: null });
    const followed = JSON.parse(await outcome('readChapterSince', store()));
    expect(followed).toHaveLength(LOG.length - CHAPTER);
  });
});

test('two records in each other’s places are refused', async () => {
  for (const [a, b] of pairs(SEQS).filter(([low, high]) => high - low < 4 || low === 1)) {
    const swap: Damage = (records) => {
      records.set(a, LOG[b - 1] ?? '').set(b, LOG[a - 1] ?? '');
    };
    const refused = await expectHonest(swap, { named: [a, b] });
    if (b >= CHAPTER) expect(refused).toBeGreaterThanOrEqual(1);
  }
});

function pairs(seqs: readonly number[]): [number, number][] {
  return seqs.flatMap((a) => seqs.filter((b) => b > a).map((b): [number, number] => [a, b]));
}

test.each([0, 3, 99, '1', null])('a record of version %j is refused as one', async (v) => {
  for (const seq of SEQS) {
    const { hash: _, ...record } = JSON.parse(LOG[seq - 1] ?? '') as JournalRecord;
    const other = { ...record, v };
    const damage = rewritten(seq, canonicalJson({ ...other, hash: hashOf(other) }));
    const refused = await expectHonest(damage, { named: [seq] });
    if (seq >= CHAPTER) expect(refused).toBeGreaterThanOrEqual(2);
  }
});

const STRANGERS = [
  '',
  ' ',
  '{}',
  '[]',
  'null',
  '1',
  '"v"',
  '{"v":1}',
  '<html>',
  '\0',
  '{"v":1,"hash":1}',
];
test.each(STRANGERS)('%j in the place of a record is refused', async (text) => {
  for (const seq of SEQS) await expectHonest(rewritten(seq, text), { named: [seq] });
});

test.each(['readNewest', 'findDeployment', 'readChapterSince'] as const)(
  'a record that is whole but of another log breaks the chain for %s',
  async (reading) => {
    for (const seq of SEQS.slice(CHAPTER, -1)) {
      const { hash: _, ...record } = JSON.parse(LOG[seq - 1] ?? '') as JournalRecord;
      const other = { ...record, nonce: 'foreign' };
      const damage = rewritten(seq, canonicalJson({ ...other, hash: hashOf(other) }));
      const limits = { named: [seq, seq + 1], readings: [reading] };
      expect(await expectHonest(damage, limits)).toBe(1);
    }
  },
);

describe('what stands beside the log', () => {
  const TORN = ['', '{', 'null', '<html>'];

  test('a pointer to a deployment that is torn is refused in words', async () => {
    for (const text of TORN) {
      const store = storeWith(() => {}, hintAt(LOG.length));
      await store.put(keys.deployment(ID), text);
      await expect(findDeployment(store, ID)).rejects.toBeInstanceOf(DeployError);
    }
  });

  test('what is said about a target and is torn, or no target, is refused in words', async () => {
    const other = {
      id: TARGET,
      service: 's',
      environment: null,
      identity: { label: 's', pins: {} },
    };
    const foreign = [{}, [], { ...other, id: 'x' }, { ...other, service: {} }, { id: TARGET }];
    const half = { ...other, identity: { label: 's' } };
    for (const text of [...TORN, ...[...foreign, half].map((value) => JSON.stringify(value))]) {
      const store = storeWith(() => {}, hintAt(LOG.length));
      await store.put(keys.about(TARGET), text);
      await expect(listTargets(store)).rejects.toBeInstanceOf(DeployError);
    }
  });

  test('a hint that is torn costs only reads', async () => {
    for (const text of [...TORN, '-1', '999', '1.5', '1e9']) {
      const store = storeWith(() => {}, hintAt(LOG.length));
      await store.put(keys.head(TARGET), text);
      expect(await outcome('readNewest', store)).toBe(whole.get('readNewest'));
    }
  });

  test('a hint of which a byte was flipped, or of another target, proves nothing', async () => {
    const seq = LOG.length + 1;
    const foreign = hashOf({ target: 'shop-2', seq });
    for (const hash of [hashOf({ target: TARGET, seq: LOG.length }), foreign]) {
      const store = storeWith(() => {}, canonicalJson({ seq, hash }));
      expect(await outcome('readNewest', store)).toBe(whole.get('readNewest'));
    }
  });
});
