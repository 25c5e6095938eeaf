import { describe, expect, test } from 'vitest';
import type { GateSpec } from '../../src/contract/index.ts';
import { dispersionOf, noSpread, widen } from '../../src/judge/dispersion.ts';
import { estimateDetectionOf, smallestSeen } from '../../src/judge/estimate.ts';
import { add, noEvidence, stakeOf, weightAgainst } from '../../src/judge/evidence.ts';
import { Draw } from '../helpers/draw.ts';

const spec = (judge: Partial<GateSpec['judge']> = {}) => ({
  interval: 15_000,
  delay: 0,
  judge: {
    max: null,
    min: null,
    consecutive: 1,
    for: 0,
    compare: { ratio: 1.5, difference: 0, floor: 0.001 },
    minSamples: 100,
    onNoData: 'fail' as const,
    errorLimit: 4,
    ...judge,
  },
});

interface Case {
  readonly rate: number;
  readonly weight: number;
  readonly usual: number;
  readonly risen: number;
}

/** Ms until half of the simulated candidates are condemned. */
function simulated({ rate, weight, usual, risen }: Case): number {
  const draw = new Draw(5);
  const total = rate * 15 * (weight / 100);
  const otherTotal = rate * 15 - total;
  const times = Array.from({ length: 60 }, () => {
    let [evidence, spread] = [noEvidence, noSpread];
    for (let past = 0; past < 30; past++)
      spread = widen(spread, { bad: draw.bad(otherTotal, usual), total: otherTotal });
    for (let window = 1; window < 400; window++) {
      const otherBad = draw.bad(otherTotal, usual);
      const seen = { bad: draw.bad(total, risen), total, otherBad, otherTotal };
      spread = widen(spread, { bad: otherBad, total: otherTotal }, seen);
      evidence = add(evidence, weightAgainst(seen, 1.5), dispersionOf(spread));
      if (stakeOf(evidence) >= -Math.log(0.009) && evidence.since.against >= 2) return window;
    }
    return 400;
  });
  return 15_000 * (times.toSorted((a, b) => a - b)[30] ?? 0);
}

describe('the time until a rise shows', () => {
  test.each<Case>([
    { rate: 100, weight: 5, usual: 0.005, risen: 0.05 },
    { rate: 100, weight: 5, usual: 0.001, risen: 0.01 },
    { rate: 1000, weight: 10, usual: 0.005, risen: 0.01 },
    { rate: 40, weight: 5, usual: 0.001, risen: 0.01 },
    { rate: 400, weight: 50, usual: 0.02, risen: 0.06 },
  ])('is about what it is in simulated deployments: %o', (rise) => {
    const { after } = estimateDetectionOf(spec(), rise);
    const real = simulated(rise);
    expect(after).toBeGreaterThan(real / 1.5 - 15_000);
    expect(after).toBeLessThan(real * 1.5 + 15_000);
  });

  test('is never for what is tolerated, or below the floor', () => {
    const rise = { rate: 100, weight: 50, usual: 0.01 };
    expect(estimateDetectionOf(spec(), { ...rise, risen: 0.014 }).after).toBeNull();
    const little = { ...rise, usual: 0.0001, risen: 0.0009 };
    expect(estimateDetectionOf(spec(), little).after).toBeNull();
  });

  test('is longer with less traffic, and says when a pass has its samples', () => {
    const of = (rate: number) =>
      estimateDetectionOf(spec(), { rate, weight: 5, usual: 0.001, risen: 0.1 });
    expect(of(1).after).toBeGreaterThan(of(100).after ?? 0);
    expect(of(1).ripe).toBe(134 * 15_000);
    expect(of(100).ripe).toBe(2 * 15_000);
  });

  test('is that against stable as it was, with all of the traffic', () => {
    const rise = { rate: 40, weight: 100, usual: 0.001, risen: 0.01 };
    const { after } = estimateDetectionOf(spec(), rise);
    const half = estimateDetectionOf(spec(), { ...rise, weight: 50 }).after ?? 0;
    expect(after).toBeGreaterThan(15_000);
    expect(after).toBeLessThanOrEqual(half);
    // What is just above what is tolerated cannot be told from what stable may have had.
    expect(estimateDetectionOf(spec(), { ...rise, risen: 0.0016 }).after).toBeNull();
  });

  test('is that of the limit where nothing is compared', () => {
    const limited = spec({ compare: null, max: 0.01 });
    const rise = { rate: 100, weight: 5, usual: 0.001 };
    expect(estimateDetectionOf(limited, { ...rise, risen: 0.009 }).after).toBeNull();
    expect(estimateDetectionOf(limited, { ...rise, risen: 0.05 }).after).toBeLessThan(120_000);
  });

  test('turned round gives the smallest rise that a stage can show', () => {
    const rise = { rate: 100, weight: 5, usual: 0.005 };
    const share = smallestSeen(spec(), rise, 300_000) ?? 0;
    expect(share).toBeGreaterThan(0.01);
    expect(share).toBeLessThan(0.04);
    expect(estimateDetectionOf(spec(), { ...rise, risen: share * 1.01 }).after).toBeLessThanOrEqual(
      300_000,
    );
    expect(smallestSeen(spec(), { ...rise, rate: 0.01 }, 60_000)).toBeNull();
  });
});
