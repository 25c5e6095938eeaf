import { describe, expect, it } from 'vitest';
import type { JudgeSpec, Measurement, Reading } from '../../src/contract/index.ts';
import { final, initialState, judge } from '../../src/judge/judge.ts';

const LOOKS = 40;
const RUNS = 250;

/** mulberry32: small, seeded, good enough to toss coins. */
function seeded(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How many of n fail, by the gaps between failures. */
function failures(next: () => number, n: number, rate: number): number {
  let count = -1;
  for (let at = 0; at <= n; count++)
    at += 1 + Math.floor(Math.log(1 - next()) / Math.log(1 - rate));
  return count;
}

function reading(next: () => number, n: number, rate: number): Reading {
  const bad = failures(next, n, rate);
  return { value: bad / n, samples: n, bad, total: n };
}

interface Traffic {
  readonly requests: number;
  readonly rate: number;
  readonly stableRate?: number;
}

/** Share of runs that fail within so many looks, or at their end. */
function failed(
  spec: Partial<JudgeSpec>,
  { requests, rate, stableRate = rate }: Traffic,
  looks = LOOKS,
): number {
  const by: JudgeSpec = {
    max: null,
    min: null,
    consecutive: 1,
    for: 0,
    compare: null,
    minSamples: 20,
    onNoData: 'fail',
    errorLimit: 4,
    ...spec,
  };
  const next = seeded(42);
  let count = 0;
  for (let run = 0; run < RUNS; run++) {
    let state = initialState;
    let isFailed = false;
    for (let look = 0; look < looks && !isFailed; look++) {
      const candidate = reading(next, requests, rate);
      const stable = reading(next, requests * 19, stableRate);
      const found: Measurement = { kind: 'ok', candidate, stable, unit: 'ratio', detail: '' };
      const judged = judge(by, state, { measurement: found, at: look * 15_000 });
      state = judged.state;
      isFailed = judged.judgement.verdict === 'fail';
    }
    if (isFailed || final(state, by).verdict === 'fail') count++;
  }
  return count / RUNS;
}

describe('a healthy candidate, looked at 40 times', () => {
  it.each([
    { requests: 20, rate: 0.005 },
    { requests: 75, rate: 0.005 },
    { requests: 400, rate: 0.02 },
    { requests: 4000, rate: 0.005 },
  ])('is seldom failed: $requests requests at a time, true rate $rate', (traffic) => {
    const compare = { ratio: 1.5, difference: 0, floor: 0.001 };
    expect(failed({ max: traffic.rate * 2 }, traffic)).toBeLessThanOrEqual(0.02);
    expect(failed({ compare }, traffic)).toBeLessThanOrEqual(0.02);
    const twice = { max: traffic.rate * 2, compare, consecutive: 2 };
    expect(failed(twice, traffic)).toBeLessThanOrEqual(0.02);
  });

  it('is seldom failed even by a limit at its true rate', () => {
    expect(failed({ max: 0.005 }, { requests: 400, rate: 0.005 })).toBeLessThanOrEqual(0.1);
  });
});

describe('a sick candidate', () => {
  it.each([20, 75, 400])('is failed by its limit, by %i requests at a time', (requests) => {
    expect(failed({ max: 0.01 }, { requests, rate: 0.05 })).toBeGreaterThan(0.95);
  });

  it('is failed by the comparison with stable', () => {
    const compare = { ratio: 1.5, difference: 0, floor: 0.001 };
    const sick = { requests: 400, rate: 0.04, stableRate: 0.005 };
    expect(failed({ compare }, sick)).toBe(1);
  });

  it('is failed at the first look when it is broken', () => {
    const [looks, broken] = [1, { requests: 20, rate: 0.5 }];
    expect(failed({ max: 0.05 }, broken, looks)).toBeGreaterThan(0.95);
  });
});
