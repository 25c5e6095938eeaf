import { describe, expect, test } from 'vitest';
import { memoryRelease } from '../../../providers/memory/index.ts';
import type { Action, JournalRecord, Release } from '../../../src/contract/index.ts';
import { drive, readNewest } from '../../../src/engine/index.ts';
import { keys } from '../../../src/engine/journal/keys.ts';
import { parseRecord, sealed } from '../../../src/engine/journal/record.ts';
import { canonicalJson, hashOf } from '../../../src/lib/canonical.ts';
import { createMemoryStore } from '../../../stores/memory/index.ts';
import { createTestWorld, no, serving, v1, v2 } from '../../helpers/world.ts';
import { begin, TARGET } from '../stage.ts';

const KIB = 1024;
const noise = (length: number, seed: number) => {
  let text = '';
  for (let at = seed; text.length < length; at++) text += hashOf(at);
  return text.slice(0, length);
};
const LARGE = [1, 2].map((number) =>
  memoryRelease(`v${number}`, { files: noise(60 * KIB, number * 10_000) }),
);

async function rolled(batches: number) {
  const entries = new Map<string, string>();
  const world = createTestWorld({ store: createMemoryStore(entries) });
  const [from, release] = LARGE as [Release, Release];
  serving(world.platform, from);
  const steps = Array.from({ length: batches }, (_, index) => ({
    kind: 'replace' as const,
    release,
    from,
    replaced: index + 1,
    of: batches,
    surge: 1,
    unavailable: 0,
  }));
  const hold = { kind: 'hold' as const, duration: 10_000, extension: 0, watch: ['probe'] };
  const session = await world.clock.run(begin(world, [...steps, hold], { release }));
  world.readings.set('probe', () => no);
  await world.clock.run(drive(session));
  const sizes = [...entries].flatMap(([key, text]) => {
    const kind = key.includes('/log/') ? (JSON.parse(text) as JournalRecord).body.kind : '';
    return kind === 'opened' || kind === 'turned' ? [[kind, Buffer.byteLength(text)] as const] : [];
  });
  return { sizes: Object.fromEntries(sizes), session, world };
}

test('a plan of twenty batches of a release of 60 KiB fits a small store, and so does its way back', async () => {
  const { sizes } = await rolled(20);
  expect(Object.keys(sizes).sort()).toEqual(['opened', 'turned']);
  for (const size of Object.values(sizes)) expect(size).toBeLessThan(200 * KIB);
});

test('whoever reads it finds the plan as it was frozen', async () => {
  const { session, world } = await rolled(3);
  const read = await readNewest(world, TARGET);
  expect(canonicalJson(read.state)).toBe(canonicalJson(session.state));
  const { hash, ...plan } = read.state?.plan ?? session.state.plan;
  expect(hashOf(plan)).toBe(hash);
});

function written(actions: readonly Action[], before: Partial<Record<string, unknown>> = {}) {
  const body = {
    kind: 'opened',
    plan: {
      target: { id: TARGET },
      release: v2,
      before: { live: v1, split: null, units: 4, ...before },
      steps: actions.map((action, index) => ({ id: String(index), action })),
      gates: { g: { settings: { $: 'v1', deeper: { $: v1.id } } } },
    },
  };
  const bare = {
    v: 2,
    seq: 1,
    epoch: 1,
    deployment: 'd',
    chapter: 1,
    at: 1,
    nonce: 'n',
    prev: '0',
  };
  return sealed({ ...bare, body } as unknown as Omit<JournalRecord, 'hash'>);
}

const readAgain = (text: string) =>
  parseRecord({ store: { url: 'memory:' }, target: TARGET }, 1, text);
const start = (release: Release): Action => ({
  kind: 'start',
  release,
  capacity: 100,
  weights: [],
});

describe('a record comes back as it was written', () => {
  test('with releases in every place that has one', () => {
    const third = memoryRelease('v3');
    const replace = {
      kind: 'replace',
      release: v2,
      from: v1,
      replaced: 1,
      of: 2,
      surge: 0,
      unavailable: 1,
    } as const;
    const retire = { kind: 'retire', release: v1.id, keeps: v2.id } as const;
    const { record, text } = written([start(v2), replace, retire], { others: [third] });
    expect(readAgain(text)).toEqual(record);
    expect(text.split(canonicalJson(v1)).length).toBe(2);
    expect(text.split(canonicalJson(third)).length).toBe(2);
  });

  test('where two releases share a name and nothing else', () => {
    const other = { ...v2, spec: { other: true } };
    const { record, text } = written([start(other), start(v2), start(other)]);
    expect(readAgain(text)).toEqual(record);
  });

  test('where nothing was live, and where what a user wrote looks like a reference', () => {
    const odd = { ...v2, spec: { $: v1.id } };
    const { record, text } = written([start(odd)], { live: null, baseline: { live: { $: 'x' } } });
    expect(readAgain(text)).toEqual(record);
  });

  test('a reference to what it does not hold is damage', () => {
    const { text } = written([start(v2)]);
    const { hash: _, ...wire } = JSON.parse(text);
    wire.body.releases = {};
    const lost = canonicalJson({ ...wire, hash: hashOf(wire) });
    expect(() => readAgain(lost)).toThrow(expect.objectContaining({ code: 'journal-damaged' }));
  });
});

test('only what holds releases is of the second format: an older version reads the rest', async () => {
  const { world } = await rolled(2);
  const names = await world.store.list(keys.log(TARGET));
  const records = await Promise.all(
    names.map(async (name) =>
      JSON.parse((await world.store.get(`${keys.log(TARGET)}/${name}`)) ?? ''),
    ),
  );
  for (const { v, body } of records)
    expect([body.kind, v]).toEqual([body.kind, /opened|turned/.test(body.kind) ? 2 : 1]);
});
