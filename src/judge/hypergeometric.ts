import { logChoose } from './factorial.ts';

/** Counts of one window on both sides: `bad` of `total`, against `otherBad` of `otherTotal`. */
export interface HypergeometricTable {
  readonly bad: number;
  readonly total: number;
  readonly otherBad: number;
  readonly otherTotal: number;
}

/**
 * ln P(the bad ones fall on the two sides like this, given how many there are in all) when the odds
 * of a bad one are `odds` times those of the other side: Fisher's noncentral hypergeometric
 * distribution. What both sides have in common, an incident of a service behind them, cancels out.
 */
export function logLikelihood(table: HypergeometricTable, odds: number): number {
  return hypergeometricLogTerm(table, table.bad, odds) - logMass(table, odds);
}

/** P(at least so many of the bad ones on this side) at these odds: Fisher's exact test, for one look. */
export function exactTail(table: HypergeometricTable, odds = 1): number {
  const { low, high, mode } = hypergeometricRangeOf(table, odds);
  if (table.bad <= low) return 1;
  if (table.bad > high) return 0;
  const mass = logMass(table, odds);
  const from = (x: number, step: HypergeometricStep) =>
    Math.exp(
      Math.log(sumFrom(table, { x, odds, step })) + hypergeometricLogTerm(table, x, odds) - mass,
    );
  if (table.bad > mode) return Math.min(1, from(table.bad, 1));
  return Math.min(1, Math.max(0, 1 - from(table.bad - 1, -1)));
}

type HypergeometricStep = 1 | -1;

/** ln of the sum of all terms, from the largest outwards: the rest is too small to be seen. */
function logMass(table: HypergeometricTable, odds: number): number {
  const { mode } = hypergeometricRangeOf(table, odds);
  const up = sumFrom(table, { x: mode, odds, step: 1 });
  const down = sumFrom(table, { x: mode, odds, step: -1 });
  return hypergeometricLogTerm(table, mode, odds) + Math.log(up + down - 1);
}

/** Terms from x outwards, relative to that of x. */
function sumFrom(
  table: HypergeometricTable,
  { x, odds, step }: { x: number; odds: number; step: HypergeometricStep },
): number {
  const { low, high } = hypergeometricRangeOf(table, odds);
  let [term, sum] = [1, 0];
  for (let k = x; k >= low && k <= high && term > sum * 1e-17; k += step) {
    sum += term;
    term *= step === 1 ? growth(table, k, odds) : 1 / growth(table, k - 1, odds);
  }
  return sum;
}

/** How much larger the term of k + 1 is than that of k. */
function growth(
  { total, otherTotal, bad, otherBad }: HypergeometricTable,
  k: number,
  odds: number,
): number {
  const all = bad + otherBad;
  return (odds * (total - k) * (all - k)) / ((k + 1) * (otherTotal - all + k + 1));
}

function hypergeometricLogTerm(
  { total, otherTotal, bad, otherBad }: HypergeometricTable,
  k: number,
  odds: number,
): number {
  return (
    logChoose(total, k) +
    logChoose(otherTotal, bad + otherBad - k) +
    (k === 0 ? 0 : k * Math.log(odds))
  );
}

function hypergeometricRangeOf(
  { bad, total, otherBad, otherTotal }: HypergeometricTable,
  odds: number,
) {
  const all = bad + otherBad;
  const low = Math.max(0, all - otherTotal);
  const high = Math.min(all, total);
  const a = odds - 1;
  const b = all - otherTotal - (total + all + 2) * odds;
  const c = (total + 1) * (all + 1) * odds;
  const peak = Math.floor((-2 * c) / (b - Math.sqrt(Math.max(0, b * b - 4 * a * c))));
  return { low, high, mode: Math.min(high, Math.max(low, peak)) };
}
