import { rootBetween } from './root.ts';

/** How far one sample lies above another: the interval in which the shift lies, and the best guess. */
export interface RankShift {
  readonly lower: number;
  readonly upper: number;
  readonly estimate: number;
}

/** 98 % of all intervals hold the true shift: the quantile of the normal distribution at 99 %. */
const Z = 2.3263478740408408;

/**
 * The interval and the estimate of the rank sum test of Mann, Whitney and Wilcoxon by its normal
 * approximation, corrected for ties and continuity, as R’s `wilcox.test(exact = FALSE)` gives them.
 * Null where all values are equal once a sample is moved: nothing can be said then.
 */
export function rankShift(x: readonly number[], y: readonly number[]): RankShift | null {
  const from = Math.min(...x) - Math.max(...y);
  const to = Math.max(...x) - Math.min(...y);
  const ends = { from, to, low: scoreAt(from, x, y), high: scoreAt(to, x, y) };
  const rootAt = (z: number) => {
    const [low, high] = [ends.low - z, ends.high - z];
    if (low <= 0) return from;
    if (high >= 0) return to;
    return rootBetween({ from, to, low, high }, (shift) => scoreAt(shift, x, y) - z);
  };
  const found = {
    lower: rootAt(Z),
    upper: rootAt(-Z),
    estimate: rootBetween(ends, (shift) => scoreAt(shift, x, y)),
  };
  return Object.values(found).every(Number.isFinite) ? found : null;
}

/** The test statistic once `x` is moved down by `shift`; it falls as the shift grows. */
function scoreAt(shift: number, x: readonly number[], y: readonly number[]): number {
  const [n, m] = [x.length, y.length];
  const { ranks, ties } = ranksOf([...x.map((value) => value - shift), ...y]);
  const sum = ranks.slice(0, n).reduce((all, rank) => all + rank, 0);
  const above = sum - (n * (n + 1)) / 2 - (n * m) / 2;
  const variance = ((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1)));
  return variance <= 0 ? Number.NaN : (above - Math.sign(above) / 2) / Math.sqrt(variance);
}

export interface Ranked {
  /** In the order of the values; equal ones share the mean of their ranks. */
  readonly ranks: readonly number[];
  /** Sum of t³ − t over groups of t equal values. */
  readonly ties: number;
}

export function ranksOf(values: readonly number[]): Ranked {
  const at = (index: number | undefined) => values[index ?? 0] ?? 0;
  const order = values.map((_, index) => index).toSorted((a, b) => at(a) - at(b));
  const ranks = new Array<number>(values.length).fill(0);
  let ties = 0;
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && at(order[to]) === at(order[from])) to++;
    for (const index of order.slice(from, to)) ranks[index] = (from + 1 + to) / 2;
    ties += (to - from) ** 3 - (to - from);
    from = to;
  }
  return { ranks, ties };
}
