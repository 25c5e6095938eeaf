export type Classification = 'pass' | 'high' | 'low' | 'nodata';

/** Its confidence of 98 %: so far from the middle of a normal distribution. */
const Z = 2.3263478740408408;
const TOLERANCE = 0.25;

/**
 * One metric as Kayenta’s judge classifies it, direction `increase`: the test of Mann and Whitney with
 * its normal approximation, whose confidence interval must lie a quarter of the estimate away from 0.
 */
export function judgeOfKayenta(
  control: readonly number[],
  experiment: readonly number[],
): Classification {
  if (control.length === 0 || experiment.length === 0) return 'nodata';
  if (new Set([...control, ...experiment]).size === 1) return 'pass';
  if (`${control.toSorted()}` === `${experiment.toSorted()}`) return 'pass';
  const low = Math.min(...experiment) - Math.max(...control);
  const high = Math.max(...experiment) - Math.min(...control);
  const at = (shift: number) => scoreOf(experiment, control, shift);
  const lower = rootOf((shift) => at(shift) - Z, low, high);
  const estimate = rootOf(at, low, high);
  return lower > TOLERANCE * Math.abs(estimate) ? 'high' : 'pass';
}

/** The test statistic when the experiment is moved down by `shift`; it falls as the shift grows. */
function scoreOf(x: readonly number[], y: readonly number[], shift: number): number {
  const all = [...x.map((value) => value - shift), ...y];
  const ranked = ranksOf(all);
  const [n, m] = [x.length, y.length];
  const sum = ranked.ranks.slice(0, n).reduce((a, b) => a + b, 0);
  const w = sum - (n * (n + 1)) / 2 - (n * m) / 2;
  const variance = ((n * m) / 12) * (n + m + 1 - ranked.ties / ((n + m) * (n + m - 1)));
  return variance <= 0 ? 0 : (w - Math.sign(w) * 0.5) / Math.sqrt(variance);
}

function ranksOf(values: readonly number[]): {
  readonly ranks: readonly number[];
  readonly ties: number;
} {
  const order = values
    .map((_, index) => index)
    .toSorted((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Array<number>(values.length).fill(0);
  let ties = 0;
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to] ?? 0] === values[order[from] ?? 0]) to++;
    for (let at = from; at < to; at++) ranks[order[at] ?? 0] = (from + 1 + to) / 2;
    ties += (to - from) ** 3 - (to - from);
    from = to;
  }
  return { ranks, ties };
}

/** Where a falling function crosses 0; the end that is nearest where it does not. */
function rootOf(falling: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  if (falling(low) <= 0) return low;
  if (falling(high) >= 0) return high;
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2;
    if (falling(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
