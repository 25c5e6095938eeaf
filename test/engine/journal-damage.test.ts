import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { DeployError, type JournalRecord } from '../../src/contract/index.ts';
import {
  findDeployment,
  listDeployments,
  listTargets,
  readChapterSince,
  readNewest,
} from '../../src/engine/index.ts';
import { keys } from '../../src/engine/keys.ts';
import { canonicalJson, hashOf } from '../../src/lib/canonical.ts';
import { createMemoryStore } from '../../src/stores/memory.ts';
import { createTestWorld } from '../helpers/world.ts';
import { FOLDER } from '../simulation/golden.ts';

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

function storeWith(damage: Damage, hint: number | null) {
  const records = new Map(LOG.map((line, index) => [index + 1, line]));
  damage(records);
  const entries = new Map([...records].map(([seq, text]) => [keys.record(TARGET, seq), text]));
  entries.set(keys.deployment(ID), JSON.stringify({ target: TARGET }));
  if (hint !== null) entries.set(keys.head(TARGET), String(hint));
  return createMemoryStore(entries);
}

type Store = ReturnType<typeof storeWith>;

const READINGS = {
  readNewest: async (store: Store) => (await readNewest(createTestWorld({ store }), TARGET)).state,
  findDeployment: (store: Store) => findDeployment(store, ID),
  listDeployments: async (store: Store) => {
    const summaries = [];
    for await (const summary of listDeployments(store, TARGET)) summaries.push(summary);
    return summaries;
  },
  readChapterSince: (store: Store) => readChapterSince(store, TARGET, CHAPTER, CHAPTER),
};
type Reading = keyof typeof READINGS;
const ALL = Object.keys(READINGS) as Reading[];

/** The canonical result, or the number of the record that is refused; anything else is thrown on. */
async function outcome(reading: Reading, store: Store): Promise<string> {
  try {
    return canonicalJson(await READINGS[reading](store));
  } catch (error) {
    if (!(error instanceof DeployError) || error.code !== 'journal-damaged') throw error;
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
        storeWith(() => {}, LOG.length),
      ),
    );
});

interface Limits {
  /** The records that may be named; none when nothing may be refused. */
  readonly named: readonly number[];
  readonly readings?: readonly Reading[];
  readonly hint?: number | null;
}

/** Every reading sees the undamaged log or refuses the record at fault; how many refused. */
async function expectHonest(damage: Damage, limits: Limits): Promise<number> {
  const { named, readings = ALL, hint = LOG.length } = limits;
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

/** One bit of one byte is turned, a different one at each place. */
function flipped(text: string, at: number): string {
  const bytes = Buffer.from(text);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
  return bytes.toString();
}

describe('a byte that is flipped', () => {
  // The first and the last one of a deployment, and one between; every byte of all takes too long.
  const closely = [CHAPTER, CHAPTER + 6, LOG.length];

  test.each(closely)('anywhere in record %d is noticed by whoever reads it', async (seq) => {
    const text = LOG[seq - 1] ?? '';
    for (let at = 0; at < Buffer.byteLength(text); at += 1) {
      const damage = rewritten(seq, flipped(text, at));
      const readings: Reading[] = ['readNewest', 'readChapterSince'];
      expect(await expectHonest(damage, { named: [seq], readings })).toBe(2);
    }
  });

  test('in any record is noticed, or the record is not needed', async () => {
    for (const seq of SEQS) {
      const text = LOG[seq - 1] ?? '';
      for (let at = seq % 7; at < Buffer.byteLength(text); at += 7) {
        const reading = ALL[at % ALL.length] as Reading;
        const limits = { named: [seq], readings: [reading] };
        const refused = await expectHonest(rewritten(seq, flipped(text, at)), limits);
        if (seq >= CHAPTER && reading !== 'listDeployments') expect(refused).toBe(1);
      }
    }
  });
});

test('a record that ends too early is refused, wherever it ends', async () => {
  const seq = CHAPTER + 3;
  const text = LOG[seq - 1] ?? '';
  for (let length = 0; length < text.length; length++)
    await expectHonest(rewritten(seq, text.slice(0, length)), { named: [seq] });
  for (const last of [LOG.length, CHAPTER, 1]) {
    const line = LOG[last - 1] ?? '';
    for (let length = 0; length < line.length; length += 23)
      await expectHonest(rewritten(last, line.slice(0, length)), { named: [last] });
  }
});

describe('a record that is gone', () => {
  const readings: Reading[] = ['readNewest', 'findDeployment', 'listDeployments'];

  test.each([LOG.length, CHAPTER, null])('is missed, where the hint says %s', async (hint) => {
    for (const seq of INNER) {
      const gone: Damage = (records) => records.delete(seq);
      const refused = await expectHonest(gone, { named: [seq], readings, hint });
      if (seq >= CHAPTER) expect(refused).toBeGreaterThanOrEqual(2);
    }
  });

  test('is missed by whoever follows the log from its beginning', async () => {
    for (const seq of INNER)
      await expectHonest((records) => records.delete(seq), {
        named: [seq],
        readings: ['readChapterSince'],
      });
  });

  // Nothing inside a log can tell that it once was longer: only a copy of its head elsewhere could.
  test('at the very end is like a log that was not written further', async () => {
    const store = () => storeWith((records) => records.delete(LOG.length), null);
    const seen = JSON.parse(await outcome('readNewest', store()));
    expect(seen).toMatchObject({ id: ID, seq: LOG.length - 1, ended: null });
    const followed = JSON.parse(await outcome('readChapterSince', store()));
    expect(followed).toHaveLength(LOG.length - CHAPTER);
  });
});

test('two records in each other’s places are refused', async () => {
  for (const [a, b] of pairs(SEQS)) {
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

test.each([0, 2, 99, '1', null])('a record of version %j is refused as one', async (v) => {
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

test.each(['readNewest', 'findDeployment'] as const)(
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
      const store = storeWith(() => {}, LOG.length);
      await store.put(keys.deployment(ID), text);
      await expect(findDeployment(store, ID)).rejects.toBeInstanceOf(DeployError);
    }
  });

  test('what is said about a target and is torn is refused in words', async () => {
    for (const text of TORN) {
      const store = storeWith(() => {}, LOG.length);
      await store.put(keys.about(TARGET), text);
      await expect(listTargets(store)).rejects.toBeInstanceOf(DeployError);
    }
  });

  test('a hint that is torn costs only reads', async () => {
    for (const text of [...TORN, '-1', '999', '1.5', '1e9']) {
      const store = storeWith(() => {}, LOG.length);
      await store.put(keys.head(TARGET), text);
      expect(await outcome('readNewest', store)).toBe(whole.get('readNewest'));
    }
  });
});
