import { expect, test } from 'vitest';
import { exactTail, logLikelihood } from '../../src/judge/hypergeometric.ts';

/**
 * All numbers here are sums of exact binomials with 60 digits (mpmath):
 * t(k) = C(n,k)·C(m,e-k)·odds^k, divided by the sum of all t.
 */
const table = (bad: number, total: number, otherBad: number, otherTotal: number) => ({
  bad,
  total,
  otherBad,
  otherTotal,
});

type Counts = [x: number, n: number, y: number, m: number];

test.each<[Counts, one: number, half: number]>([
  [[5, 1000, 20, 19000], 0.00712331367809768, 0.0322561079517441],
  [[12, 1000, 60, 19000], 0.000218769148402505, 0.00562251279559744],
  [[1, 159, 0, 3021], 0.05, 0.0731707317073171],
  [[3, 60, 0, 1140], 0.000119117071683275, 0.000373326199053534],
  [[2, 40, 0, 760], 0.00244055068836045, 0.00522671431762341],
  [[30, 1500, 300, 28500], 0.00124559368779273, 0.122966370495549],
  [[0, 500, 10, 9500], 1, 1],
  [[3, 3, 1, 3], 0.2, 0.290322580645161],
  [[7, 10, 2, 9], 0.0512567927428609, 0.121102682621892],
])(
  'the chance of %j is that of Fisher’s exact test, at equal odds and at 1.5',
  (counts, one, half) => {
    expect(exactTail(table(...counts))).toBeCloseTo(one, 9);
    expect(exactTail(table(...counts)) / one).toBeCloseTo(1, 8);
    expect(exactTail(table(...counts), 1.5) / half).toBeCloseTo(1, 8);
  },
);

test.each<[Counts, odds: number, ln: number]>([
  [[5, 1000, 20, 19000], 1, -5.12904256355341],
  [[5, 1000, 20, 19000], 3, -2.01638264410534],
  [[41, 1950, 190, 38000], 1.5, -17.1615909608781],
  [[0, 75, 7, 1425], 2, -0.70072072136403],
  [[400, 7500, 7000, 142500], 1.5, -23.6796901744934],
  [[400, 7500, 7000, 142500], 45, -5470.01074755515],
  [[3, 3, 1, 3], 10, -0.27002713721306],
  [[10, 10, 0, 10], 0.5, -15.9070601257502],
])('the likelihood of %j at odds of %d neither over- nor underflows', (counts, odds, ln) => {
  expect(logLikelihood(table(...counts), odds) / ln).toBeCloseTo(1, 8);
});

test('all falls of the bad ones together are certain', () => {
  const sum = Array.from({ length: 31 }, (_, x) =>
    Math.exp(logLikelihood(table(x, 200, 30 - x, 3000), 4)),
  ).reduce((a, b) => a + b, 0);
  expect(sum).toBeCloseTo(1, 10);
});

test('of ten million requests on either side the likeliest is found, and the rest does not overflow', () => {
  // The normal approximation: half of a million bad ones, with a variance of 237,500.
  const mode = -0.5 * Math.log(2 * Math.PI * 237_500);
  const half = table(500_000, 10_000_000, 500_000, 10_000_000);
  expect(logLikelihood(half, 1)).toBeCloseTo(mode, 3);
});
