import { expect, test } from 'vitest';
import { intervalOf } from '../../src/judge/interval.ts';
import {
  addPoints,
  noPoints,
  normalTail,
  rankTail,
  shiftOf,
} from '../../src/judge/mann-whitney.ts';

/** Numbers of scipy.stats.mannwhitneyu(…, alternative='greater'), exact without ties, else asymptotic. */
const MANY = [
  [
    10.495, 11.65, 9.469, 11.392, 10.141, 10.138, 12.3, 10.558, 10.357, 11.129, 11.527, 10.369,
    10.988, 9.426, 10.033, 9.962, 9.068, 8.891, 8.773, 10.161,
  ],
  [
    9.828, 9.68, 10.069, 8.664, 9.921, 10.238, 10.751, 9.154, 9.6, 7.985, 9.496, 7.803, 8.581,
    11.102, 7.798, 10.799, 10.328, 9.688, 10.459, 10.527, 11.045, 9.77, 9.408, 9.395, 9.014,
  ],
] as const;

test.each<[string, readonly number[], readonly number[], number]>([
  ['six a side', [3.1, 4.2, 5.3, 6.4, 7.5, 8.6], [1, 2, 3, 3.5, 5, 6], 0.032467532467532464],
  [
    'wholly apart',
    [812, 790, 805, 840, 799, 860, 831],
    [200, 210, 220, 190, 205, 215],
    0.0005827505827505828,
  ],
  ['many', ...MANY, 0.015863706340677977],
  ['ties', [1, 2, 2, 3, 4, 4, 5, 6], [1, 1, 2, 2, 3, 3, 4], 0.10753675014409148],
  ['all equal', [3, 3, 3, 3, 3, 3], [3, 3, 3, 3, 3, 3], 1],
])('ranks of %s come about by chance as often as they should', (_, candidate, stable, chance) => {
  expect(rankTail(candidate, stable)).toBeCloseTo(chance, 6);
});

test('the shift is the median of all differences', () => {
  expect(shiftOf(...MANY)).toBeCloseTo(0.6415, 4);
});

test.each([
  [0, 0.5],
  [1.2, 0.11506967],
  [2.326, 0.0100092753],
  [4, 3.16712418e-5],
  [-1.5, 0.933192799],
])('the normal tail at %d is %d', (z, chance) => {
  expect(normalTail(z)).toBeCloseTo(chance, 6);
});

/** scipy.stats.binomtest(k, n).proportion_ci(method='wilson') */
test.each([
  [41, 1950, 0.015536469843820554, 0.028398240638014854],
  [0, 200, 0, 0.018845326377266575],
  [3, 60, 0.017149502164395668, 0.13700516476348518],
  [200, 200, 0.9811546736227335, 1],
])('%i of %i is a share between %d and %d', (bad, total, low, high) => {
  const interval = intervalOf(bad, total);
  expect(interval.low).toBeCloseTo(low, 6);
  expect(interval.high).toBeCloseTo(high, 6);
});

test('only the newest values are kept, and a look counts from the sixth on', () => {
  let points = noPoints;
  for (let i = 0; i < 40; i++) points = addPoints(points, i, i);
  expect(points.candidate).toHaveLength(25);
  expect(points.candidate.at(-1)).toBe(39);
  expect(points.looks).toBe(35);
});
