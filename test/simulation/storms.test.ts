import { expect, test } from 'vitest';
import type { Failure } from './batch.ts';
import { runAll } from './crew.ts';
import { replayLine } from './shrink.ts';
import { useLightSignals } from './signals.ts';
import { storm } from './storm.ts';

useLightSignals();

/** `npm test` begins with 20,000 more; here they only have to meet what they shall meet. */
const RUNS = 200;
/** Seeds that once found something. */
const FOUND = [
  1261, 1268, 10_702, 11_714, 18_545, 38_808, 51_571, 53_218, 69_224, 81_510, 93_886, 123_055,
  127_694, 131_745, 139_035, 156_684, 167_577, 198_738, 4892, 5451, 27_724, 44_394, 189_608,
  198_727, 10_699, 27_844, 76_297, 112_363,
];

test(`through ${RUNS} drawn storms every deployment keeps its promises and comes to an end`, async () => {
  const failed: string[] = [];
  const onFailure = ({ number, finding }: Failure) =>
    failed.push(`${replayLine(number, [])}    ${finding}`);
  const goesOn = () => failed.length < 5;
  const task = { what: 'storms', first: 1, last: RUNS, bail: false, goesOn, onFailure } as const;
  const { runs, coverage } = await runAll(task);
  expect(failed).toEqual([]);
  expect(runs).toBe(RUNS);
  expect(coverage.total / runs, 'faults met per storm').toBeGreaterThan(14);
}, 600_000);

test.each(FOUND)('seed %i, which once found something, finds nothing', async (seed) => {
  expect((await storm(seed)).violations).toEqual([]);
});
