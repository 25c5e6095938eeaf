import { expect, test } from 'vitest';
import { gateRecords, longWatch } from '../../helpers/long-watch.ts';
import { yes } from '../../helpers/world.ts';

test.each([
  ['two hours', 2, 200],
  ['a day', 24, 700],
])(
  '%s of watching writes hundreds of records, and loses no reading',
  async (_time, hours, most) => {
    const records = gateRecords(await longWatch({ hours }));
    expect(records.length).toBeLessThan(most);
    const readings = records.flatMap(({ rounds }) => rounds);
    expect(readings.length).toBe((hours * 3_600_000) / 5000 - 1);
  },
);

test('at the beginning, and wherever a verdict changes, what was read is written at once', async () => {
  const [from, to] = [3_600_000, 3_660_000];
  const unsure = { ...yes, kind: 'noData', candidate: null } as const;
  const reading = (at: number) => (at >= from && at < to ? unsure : yes);
  const records = gateRecords(await longWatch({ hours: 2, reading }));
  const begun = records[0]?.rounds[0]?.at ?? 0;
  expect((records[0]?.at ?? 0) - begun).toBeLessThanOrEqual(5000);
  const all = records.flatMap(({ rounds }) => rounds);
  const changes = all.filter(({ judgement }, index) => {
    const former = all[index - 1]?.judgement.verdict;
    return former !== undefined && judgement.verdict !== former;
  });
  expect(changes.length).toBe(2);
  for (const { at } of changes) expect(records.map((record) => record.at)).toContain(at);
});

test('a verdict that changes each time does not write more than it did', async () => {
  const unsure = { ...yes, kind: 'noData', candidate: null } as const;
  const reading = (at: number) => (Math.round(at / 1000) % 10 === 0 ? unsure : yes);
  const limits = { value: 2 ** 20, poll: 30_000 };
  expect(gateRecords(await longWatch({ hours: 1, reading, limits })).length).toBeLessThanOrEqual(
    121,
  );
});

test('a store that is slow to be asked gets fewer, and none that is longer than it takes', async () => {
  const slow = gateRecords(await longWatch({ hours: 2, limits: { value: 2 ** 20, poll: 5000 } }));
  expect(slow.length).toBeLessThan(60);
  const small = gateRecords(await longWatch({ hours: 2, limits: { value: 32_000, poll: 200 } }));
  const sizes = small.map(({ rounds }) => JSON.stringify(rounds).length);
  expect(Math.max(...sizes)).toBeLessThan(8000);
});
