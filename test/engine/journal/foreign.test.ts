import { beforeAll, describe, expect, test } from 'vitest';
import { memoryRelease } from '../../../providers/memory/index.ts';
import type { DeployError, JournalRecord, Store } from '../../../src/contract/index.ts';
import { findDeployment, listDeployments, readNewest } from '../../../src/engine/index.ts';
import { keys } from '../../../src/engine/journal/keys.ts';
import { hashOf } from '../../../src/lib/canonical.ts';
import { createMemoryStore } from '../../../stores/memory/index.ts';
import { servingWorld, TARGET } from '../stage.ts';
import { type Past, pastOf } from '../upkeep/past.ts';

let past: Past;
/** Numbers of the first and the last record of each deployment, oldest first. */
let chapters: { first: number; last: number }[];

beforeAll(async () => {
  past = await pastOf(['v2', 'v3', 'v4', 'v5'].map((name) => ({ release: memoryRelease(name) })));
  chapters = [];
  for await (const { first, last } of listDeployments({ store: past.world.store, target: TARGET }))
    chapters.unshift({ first: first.seq, last: last.seq });
});

type Change = (entries: Map<string, string>) => void;

function changed(...changes: Change[]): Store {
  const copy = new Map(past.entries);
  for (const change of changes) change(copy);
  return createMemoryStore(copy);
}

/** The record with other content and a hash that fits: whole by itself, as one of another log is. */
const resealed =
  (seq: number, edit: (record: JournalRecord) => object): Change =>
  (entries) => {
    const record = JSON.parse(entries.get(keys.record(TARGET, seq)) ?? '') as JournalRecord;
    const { hash: _, ...rest } = edit(record) as JournalRecord;
    entries.set(keys.record(TARGET, seq), JSON.stringify({ ...rest, hash: hashOf(rest) }));
  };

const torn =
  (seq: number): Change =>
  (entries) =>
    void entries.set(keys.record(TARGET, seq), '{"v":1');

const refusal = (store: Store) =>
  readNewest(servingWorld({ store }), TARGET).then(
    () => null,
    (error: DeployError) => error,
  );

describe('the newest deployment', () => {
  test('is refused where its opening is of the log of another target', async () => {
    const { first } = chapters.at(-1) as { first: number };
    const foreign = resealed(first, (record) => {
      const { body } = record;
      if (body.kind !== 'opened') throw new Error('no opening');
      const target = { ...body.plan.target, id: 'other-1' };
      return { ...record, body: { ...body, plan: { ...body.plan, target } } };
    });
    const error = await refusal(changed(foreign));
    expect(error).toMatchObject({ code: 'journal-damaged', exit: 4 });
    expect(error?.message).toContain(`Record ${first} `);
    expect(error?.message).toContain('it belongs to the log of other-1');
  });

  test('is refused where its opening does not follow from the record before it', async () => {
    const { first, last } = chapters.at(-1) as { first: number; last: number };
    const cutTo =
      (end: number): Change =>
      (entries) => {
        for (let seq = end + 1; seq <= last; seq++) entries.delete(keys.record(TARGET, seq));
        entries.delete(keys.head(TARGET));
      };
    const stray = resealed(first, (record) => ({ ...record, prev: 'f'.repeat(64) }));
    const error = await refusal(changed(cutTo(first), stray));
    expect(error).toMatchObject({ code: 'journal-damaged' });
    expect(error?.message).toMatch(new RegExp(`Record ${first} .*chain`));
  });

  test.each([{}, null, 'ended', { kind: 7 }])(
    'is refused where it has a record of no known kind: %j',
    async (body) => {
      const { last } = chapters.at(-1) as { last: number };
      const error = await refusal(changed(resealed(last, (record) => ({ ...record, body }))));
      expect(error).toMatchObject({ code: 'journal-damaged' });
      expect(error?.message).toContain(`Record ${last} `);
    },
  );

  test('is read where only the record before it cannot be', async () => {
    const { first } = chapters.at(-1) as { first: number };
    expect(await refusal(changed(torn(first - 1)))).toBeNull();
  });
});

describe('an older deployment that cannot be told', () => {
  async function listed(store: Store) {
    const damages: string[] = [];
    const ids: string[] = [];
    const passOver = ({ message }: DeployError) => damages.push(message);
    for await (const { first } of listDeployments({ store, target: TARGET }, passOver))
      ids.push(first.deployment);
    return { ids: ids.toReversed(), damages };
  }

  const cases = [
    ['its first record is damaged', () => [torn(second().first)], () => second().first],
    ['its last record is damaged', () => [torn(second().last)], () => second().last],
    ['all of it is', () => rangeOf(second()).map(torn), () => second().last],
    [
      'its last record is of another deployment',
      () => [resealed(second().last, (record) => ({ ...record, deployment: 'foreign1' }))],
      () => second().last,
    ],
  ] as const;
  const second = () => chapters[1] as { first: number; last: number };
  const rangeOf = ({ first, last }: { first: number; last: number }) =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index);

  test.each(cases)('is named, and all others are told: %s', async (_what, changes, at) => {
    const [one, , three, four] = past.ids;
    const { ids, damages } = await listed(changed(...changes()));
    expect(ids).toEqual([one, three, four]);
    expect(damages.join()).toContain(`Record ${at()} `);
  });

  test.each(cases)('is refused by whoever needs all of them: %s', async (_what, changes) => {
    const all = async () => {
      for await (const _ of listDeployments({ store: changed(...changes()), target: TARGET }));
    };
    await expect(all()).rejects.toMatchObject({ code: 'journal-damaged' });
  });

  test.each(cases)('keeps no other one from being found: %s', async (_what, changes) => {
    const [one = '', two = ''] = past.ids;
    const store = changed(...changes());
    expect((await findDeployment(store, one)).id).toBe(one);
    await expect(findDeployment(store, two)).rejects.toMatchObject({ code: 'journal-damaged' });
  });
});
