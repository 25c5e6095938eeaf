import type { KayentaSpec } from '../../contract/index.ts';
import { cleaned } from './cleaned.ts';
import { type RankShift, rankShift, ranksOf } from './rank-shift.ts';

/** `missing`: no data where the metric must have some. `error`: the test cannot be made of these values. */
type Class = 'pass' | 'high' | 'low' | 'nodata' | 'missing' | 'error';

export interface Classification {
  readonly is: Class;
  /** Of a metric that is critical: it alone decides. */
  readonly critical: boolean;
  /** Null where nothing had to be tested. */
  readonly shift: RankShift | null;
}

export interface BothSeries {
  readonly candidate: readonly number[];
  readonly stable: readonly number[];
}

/** The interval must be so much of the estimate away from 0. */
const NEAR = 0.25;

/** What the judge of Kayenta (NetflixACAJudge) calls a metric with these values. */
export function classify(spec: KayentaSpec, series: BothSeries): Classification {
  const [x, y] = [cleaned(series.candidate, spec), cleaned(series.stable, spec)];
  const as = (is: Classification['is'], shift: RankShift | null, critical = false) => ({
    is,
    shift,
    critical,
  });
  if (x.length === 0 || y.length === 0) {
    if (spec.nan === 'replace') return as('pass', null);
    return spec.mustHaveData && !spec.critical
      ? as('missing', null)
      : as('nodata', null, spec.critical);
  }
  if (areEqual(x, y)) return as('pass', null);
  const [own, other] = isFlat(x) && isFlat(y) ? [spread(x), spread(y)] : [x, y];
  const shift = rankShift(own, other);
  if (!shift) return as('error', null);
  const effect = EFFECTS[spec.effect.measure](own, other);
  const is = sideOf(spec, shift, effect);
  return as(is, shift, spec.critical && isCritical(spec, is, effect));
}

function sideOf(
  { direction, effect: allowed }: KayentaSpec,
  { lower, upper, estimate }: RankShift,
  effect: number,
): 'high' | 'low' | 'pass' {
  const near = NEAR * Math.abs(estimate);
  // An effect that cannot be told does not excuse a shift.
  const isHigh = lower > near && !(effect < allowed.allowedIncrease);
  const isLow = upper < -near && !(effect > allowed.allowedDecrease);
  if (direction !== 'decrease' && isHigh) return 'high';
  return direction !== 'increase' && isLow ? 'low' : 'pass';
}

function isCritical({ effect: allowed }: KayentaSpec, is: Classification['is'], effect: number) {
  if (is === 'high') return !(effect < allowed.criticalIncrease);
  return is === 'low' && !(effect > allowed.criticalDecrease);
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const EFFECTS: Readonly<
  Record<
    KayentaSpec['effect']['measure'],
    (own: readonly number[], other: readonly number[]) => number
  >
> = {
  meanRatio: (own, other) => {
    const [a, b] = [mean(own), mean(other)];
    return a === 0 || b === 0 ? Number.NaN : a / b;
  },
  /** Of all pairs the share in which the candidate is higher. */
  cles: (own, other) => {
    const [m, n] = [own.length, other.length];
    const sum = ranksOf([...own, ...other])
      .ranks.slice(0, m)
      .reduce((all, rank) => all + rank, 0);
    return (2 * sum - m * (m + 1)) / (2 * n * m);
  },
};

/** The same values in any order, or one value all over. */
function areEqual(x: readonly number[], y: readonly number[]): boolean {
  const [a, b] = [x.toSorted((p, q) => p - q), y.toSorted((p, q) => p - q)];
  const isEqual = a.length === b.length && a.every((value, index) => value === b[index]);
  return isEqual || new Set([...x, ...y]).size === 1;
}

const isFlat = (values: readonly number[]) => new Set(values).size === 1;

/**
 * Kayenta adds noise by chance, a hundred thousandth of the value, where either side is one value all
 * over. Here the values are spread out as evenly: the same data gives the same verdict.
 */
function spread(values: readonly number[]): readonly number[] {
  const middle = (values.length - 1) / 2;
  const step = 2 / Math.max(1, values.length);
  return values.map((value, index) => value * (1 + 1e-5 * (index - middle) * step));
}
