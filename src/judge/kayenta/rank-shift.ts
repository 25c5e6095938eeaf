/** How far one sample lies above another: the interval in which the shift lies, and the best guess. */
export interface RankShift {
  readonly lower: number;
  readonly upper: number;
  readonly estimate: number;
}

/** 98 % of all intervals hold the true shift: the quantile of the normal distribution at 99 %. */
const Z = 2.3263478740408408;
/** A root is looked for until it is known to within this, whatever the scale of the values. */
const TOLERANCE = 1e-4;
const MOST_STEPS = 1000;

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

interface Bracket {
  readonly from: number;
  readonly to: number;
  /** The function at both. */
  readonly low: number;
  readonly high: number;
}

/**
 * Brent’s method (1973). The function has steps, and its tolerance is no small thing beside small
 * values: another method would stop elsewhere, and now and then on the other side of a threshold.
 */
function rootBetween({ from, to, low, high }: Bracket, f: (x: number) => number): number {
  let [a, fa, b, fb] = [from, low, to, high];
  let [c, fc] = [a, fa];
  if (fa === 0 || Number.isNaN(fa)) return fa === 0 ? a : Number.NaN;
  if (fb === 0) return b;
  for (let step = 0; step <= MOST_STEPS; step++) {
    if (Number.isNaN(fb)) return Number.NaN;
    const before = b - a;
    if (Math.abs(fc) < Math.abs(fb)) {
      [a, b, c] = [b, c, b];
      [fa, fb, fc] = [fb, fc, fb];
    }
    const enough = 2 * Number.EPSILON * Math.abs(b) + TOLERANCE / 2;
    const half = (c - b) / 2;
    if (Math.abs(half) <= enough || fb === 0) return b;
    const isPromising = Math.abs(before) >= enough && Math.abs(fa) > Math.abs(fb);
    const guess = isPromising ? interpolated({ a, b, c, fa, fb, fc }) : null;
    const isSmall = (by: number) =>
      by * half > 0 &&
      Math.abs(by) < 1.5 * Math.abs(half) - enough / 2 &&
      Math.abs(by) < Math.abs(before / 2);
    const move = guess !== null && isSmall(guess) ? guess : half;
    [a, fa] = [b, fb];
    b += Math.abs(move) < enough ? Math.sign(move) * enough : move;
    fb = f(b);
    if (fb > 0 === fc > 0 && fb !== 0 && fc !== 0) [c, fc] = [a, fa];
  }
  return b;
}

interface BrentPoints {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly fa: number;
  readonly fb: number;
  readonly fc: number;
}

/** Where a line through two points, or a parabola through three, crosses 0: so far from `b`. */
function interpolated({ a, b, c, fa, fb, fc }: BrentPoints): number {
  if (a === c) return ((b - c) * (fb / fa)) / (1 - fb / fa);
  const [q, r, s] = [fa / fc, fb / fc, fb / fa];
  const p = s * ((c - b) * q * (q - r) - (b - a) * (r - 1));
  return -p / ((q - 1) * (r - 1) * (s - 1));
}
