import { describe, expect, it } from 'vitest';
import { binomialTail } from '../../src/judge/binomial.ts';

describe('the binomial tail', () => {
  // Right-hand sides from exact rational arithmetic.
  it.each([
    [1, 20, 0.01, 0.18209306240276912],
    [2, 20, 0.01, 0.01685933763565178],
    [9, 418, 0.01, 0.026542829209869133],
    [41, 418, 0.05, 3.9101757937986316e-5],
    [5, 10, 0.5, 0.623046875],
    [12, 1000, 0.02, 0.9795589254004117],
    [30, 1500, 0.01, 0.00038823424248338976],
    [640, 1000, 0.6, 0.005189364185912453],
    [3, 3, 0.99, 0.970299],
    [100, 1000, 0.01, 8.274776878913902e-65],
  ])('P(X ≥ %i of %i at %f) is exact', (bad, total, rate, exact) => {
    expect(binomialTail(bad, total, rate) / exact).toBeCloseTo(1, 9);
  });

  it.each([
    ['no failure is sure to be reached', 0, 10, 0.1, 1],
    ['more failures than requests are impossible', 11, 10, 0.5, 0],
    ['a limit of 0 % allows no failure', 1, 1_000_000, 0, 0],
    ['a limit of 100 % allows all', 10, 10, 1, 1],
    ['nothing of nothing proves nothing', 0, 0, 0.01, 1],
  ])('%s', (_, bad, total, rate, expected) => {
    expect(binomialTail(bad, total, rate)).toBe(expected);
  });

  it('neither over- nor underflows for millions of requests', () => {
    expect(binomialTail(500_000, 1_000_000, 0.5)).toBeCloseTo(0.5004, 4);
    expect(binomialTail(1, 10_000_000, 1e-9)).toBeCloseTo(0.00995, 5);
    expect(binomialTail(9_000_000, 10_000_000, 0.001)).toBe(0);
    expect(binomialTail(10, 10, 1e-30) / 1e-300).toBeCloseTo(1, 9);
  });

  it('falls with every further failure', () => {
    const tails = Array.from({ length: 60 }, (_, bad) => binomialTail(bad, 400, 0.05));
    expect(tails).toEqual([...tails].sort((a, b) => b - a));
  });
});
