import { describe, expect, test } from 'vitest';
import type { DeployError, JournalRecord, Plan, Store } from '../../../src/contract/index.ts';
import {
  checkUnchanged,
  drive,
  examine,
  findDeployment,
  listDeployments,
  mend,
  open,
  prune,
  readChapterSince,
  readNewest,
} from '../../../src/engine/index.ts';
import { floorText } from '../../../src/engine/journal/floor.ts';
import { keys } from '../../../src/engine/journal/keys.ts';
import { hashOf } from '../../../src/lib/canonical.ts';
import { createMemoryStore } from '../../../stores/memory/index.ts';
import { canaryActions, planOf } from '../../helpers/world.ts';
import { at, begin, newest, running, servingWorld, TARGET } from '../stage.ts';

type Edit = (record: JournalRecord) => object;

const withPlan =
  (edit: (plan: Plan) => object): Edit =>
  (record) => {
    const { body } = record;
    if (body.kind !== 'opened') return record;
    const { hash: _, ...plan } = edit(body.plan) as Plan;
    return { ...record, body: { ...body, plan: { ...plan, hash: hashOf(plan) } } };
  };

const await_ = { kind: 'await', group: 'shop', until: 'proven', expires: 1 };

/** What a later version may write, in the first record that it fits. */
const NEWER: readonly (readonly [string, Edit])[] = [
  ['a format of records', (record) => ({ ...record, v: 99 })],
  ['a kind of record', (record) => ({ ...record, body: { kind: 'linked', to: 'other' } })],
  ['a format of plans', withPlan((plan) => ({ ...plan, v: 99 }))],
  ['a feature that a plan needs', withPlan((plan) => ({ ...plan, needs: ['teleport'] }))],
  [
    'a kind of step',
    withPlan(({ steps, ...plan }) => ({
      ...plan,
      steps: steps.map((step, index) => (index === 1 ? { ...step, action: await_ } : step)),
    })),
  ],
];

/** The log as it would lie there with that record in it, the chain whole. */
async function logWith(edit: Edit, seq: number) {
  const entries = new Map<string, string>();
  const world = servingWorld({ store: createMemoryStore(entries) });
  const session = await world.clock.run(begin(world));
  await world.clock.run(drive(session));
  let prev = '0'.repeat(64);
  const numbers = Array.from({ length: session.state.seq }, (_, index) => index + 1);
  for (const number of numbers) {
    const key = keys.record(TARGET, number);
    const { hash: _, ...record } = JSON.parse(entries.get(key) ?? '') as JournalRecord;
    const unhashed = { ...(number === seq ? edit(record as JournalRecord) : record), prev };
    prev = hashOf(unhashed);
    entries.set(key, JSON.stringify({ ...unhashed, hash: prev }));
  }
  return { entries, id: session.state.id };
}

const refusal = (work: Promise<unknown>) => work.then(() => null).catch((error: unknown) => error);

const listed = async (store: Store) => {
  for await (const _ of listDeployments({ store, target: TARGET }));
};

describe.each(NEWER)('a journal that a newer version wrote: %s', (_what, edit) => {
  test('is refused as newer, by whoever reads it, with what to do', async () => {
    const { entries, id } = await logWith(edit, 1);
    const store = createMemoryStore(entries);
    const readings = [
      readNewest(servingWorld({ store }), TARGET),
      findDeployment(store, id),
      listed(store),
      readChapterSince({ store, target: TARGET }, 1, 1),
      prune({ store, target: TARGET }, { keep: 1, now: 0 }),
    ];
    for (const error of await Promise.all(readings.map(refusal))) {
      expect(error).toMatchObject({ code: 'journal-newer', exit: 1 });
      expect((error as DeployError).message).toContain('Record 1 ');
      expect((error as DeployError).next[0]).toMatch(/^npm install .*deployctl/);
    }
  });

  test('is no damage, and nothing of it is repaired or changed', async () => {
    const { entries } = await logWith(edit, 1);
    const before = JSON.stringify([...entries]);
    const world = servingWorld({ store: createMemoryStore(entries) });
    const { verdict, faults, newer } = await examine({ store: world.store, target: TARGET });
    expect([verdict, faults, newer?.seq]).toEqual(['newer', [], 1]);
    expect(await refusal(world.clock.run(mend(world, TARGET)))).toMatchObject({
      code: 'journal-newer',
    });
    expect(JSON.stringify([...entries])).toBe(before);
  });
});

test('with a newer record at its end, the end is not set aside', async () => {
  const last = (await logWith((record) => record, 1)).entries;
  const end = [...last.keys()].filter((key) => key.includes('/log/')).length;
  const { entries } = await logWith((record) => ({ ...record, v: 99 }), end);
  const before = JSON.stringify([...entries]);
  const world = servingWorld({ store: createMemoryStore(entries) });
  expect((await examine({ store: world.store, target: TARGET })).verdict).toBe('newer');
  await refusal(world.clock.run(mend(world, TARGET)));
  expect(JSON.stringify([...entries])).toBe(before);
});

test('a newer number in a record that does not match its hash is damage', async () => {
  const { entries } = await logWith((record) => record, 1);
  const key = keys.record(TARGET, 2);
  entries.set(key, (entries.get(key) ?? '').replace('"v":1', '"v":99').replace('"v": 1', '"v":99'));
  const world = servingWorld({ store: createMemoryStore(entries) });
  expect(await refusal(readNewest(world, TARGET))).toMatchObject({ code: 'journal-damaged' });
});

test('a newer way back is refused as well', async () => {
  const turned: Edit = (record) => ({
    ...record,
    body: {
      kind: 'turned',
      reason: 'x',
      gate: null,
      outcome: null,
      course: [{ id: 'b1', action: await_ }],
    },
  });
  const { entries } = await logWith(turned, 3);
  const world = servingWorld({ store: createMemoryStore(entries) });
  expect(await refusal(readNewest(world, TARGET))).toMatchObject({ code: 'journal-newer' });
});

test('a floor that a newer version wrote is no damage', async () => {
  const { entries } = await logWith((record) => record, 1);
  const floor = { v: 99, seq: 1, prev: '', epoch: 1, pruned: 0, ids: [] };
  entries.set(keys.floor(TARGET, 2), floorText({ ...floor, seq: 2 } as never));
  const work = prune({ store: createMemoryStore(entries), target: TARGET }, { keep: 1, now: 0 });
  expect(await refusal(work)).toMatchObject({ code: 'journal-newer' });
});

test.each([
  ['at its next record', 8000],
  ['at its next sign of life', 60_000],
])('a holder that a newer version took over from is told so %s', async (_when, duration) => {
  const world = servingWorld();
  at(world, 3000, async () => {
    const state = await newest(world);
    const text = await world.store.get(keys.record(TARGET, state?.seq ?? 0));
    const { hash, ...record } = JSON.parse(text ?? '') as JournalRecord;
    const { seq, epoch } = record;
    const holder = { ...world.holder, actor: { ...world.holder.actor, name: 'bob' }, nonce: 'n' };
    const body = { kind: 'taken', holder, why: 'resumed' };
    const next = { ...record, v: 99, seq: seq + 1, epoch: epoch + 1, body, prev: hash };
    const key = keys.record(TARGET, seq + 1);
    await world.store.create(key, JSON.stringify({ ...next, hash: hashOf(next) }));
  });
  const hold = { ...canaryActions[2], duration, watch: [] };
  const error = await refusal(world.clock.run(running(world, [hold])));
  expect(error).toMatchObject({ code: 'superseded', exit: 6 });
  expect((error as Error).message).toContain('bob');
  expect(world.clock.monotonic()).toBeLessThan(20_000);
});

test('a plan that needs what this version does not know is not begun', async () => {
  const world = servingWorld();
  const { hash: _, ...plan } = await planOf(world, canaryActions);
  const unhashed = { ...plan, needs: ['teleport'] };
  const newer = { ...unhashed, hash: hashOf(unhashed) };
  expect(() => checkUnchanged(newer)).toThrow(expect.objectContaining({ code: 'journal-newer' }));
  const work = readNewest(world, TARGET).then((found) => open(world, newer, found));
  expect(await refusal(world.clock.run(work))).toMatchObject({ code: 'journal-newer', exit: 1 });
  expect(await world.store.list(keys.log(TARGET))).toEqual([]);
});
