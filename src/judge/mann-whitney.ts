/** The newest values of both tracks, and how often they have been looked at. Plain JSON. */
export interface Points {
  readonly candidate: readonly number[];
  readonly stable: readonly number[];
  readonly looks: number;
}

export const noPoints: Points = { candidate: [], stable: [], looks: 0 };

/** So many a side are compared at most, and at least: fewer can prove nothing. */
const SAMPLES_COMPARED_MAX = 25;
export const FEWEST = 6;

export function addPoints(before: Points, candidate: number, stable: number): Points {
  const own = [...before.candidate, candidate].slice(-SAMPLES_COMPARED_MAX);
  const other = [...before.stable, stable].slice(-SAMPLES_COMPARED_MAX);
  return { candidate: own, stable: other, looks: before.looks + (own.length < FEWEST ? 0 : 1) };
}

/**
 * P(values of the candidate lie so high above those of stable by chance): the test of Mann and
 * Whitney, one-sided. Exact where no two values are equal; else by its normal approximation with
 * the correction for ties and for continuity.
 */
export function rankTail(candidate: readonly number[], stable: readonly number[]): number {
  const [n, m] = [candidate.length, stable.length];
  const wins = candidate.reduce(
    (sum, x) => sum + stable.reduce((won, y) => won + half(x, y), 0),
    0,
  );
  const all = [...candidate, ...stable];
  if (new Set(all).size === all.length) return mannWhitneyExactTail(n, m, wins);
  const ties = tiesOf(all).reduce((sum, t) => sum + t ** 3 - t, 0);
  const variance = ((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1)));
  return variance <= 0 ? 1 : normalTail((wins - (n * m) / 2 - 0.5) / Math.sqrt(variance));
}

/** How much higher the candidate lies: the median of all differences (Hodges and Lehmann). */
export function shiftOf(candidate: readonly number[], stable: readonly number[]): number {
  const differences = candidate.flatMap((x) => stable.map((y) => x - y));
  return medianOf(differences);
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = 0, high = 0] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}

const half = (x: number, y: number) => (x > y ? 1 : x === y ? 0.5 : 0);

/** Of all ways to mix both sides, the share with at least so many pairs won. */
function mannWhitneyExactTail(n: number, m: number, wins: number): number {
  // ways[i][u]: mixtures of i candidates and j stables, for j growing, in which u pairs are won.
  let ways = Array.from({ length: n + 1 }, () => [1]);
  for (let j = 1; j <= m; j++) {
    const next: number[][] = [[1]];
    for (let i = 1; i <= n; i++) {
      const row = new Array<number>(i * j + 1).fill(0);
      const [below, beside] = [next[i - 1] ?? [], ways[i] ?? []];
      // The highest is a candidate's, and wins all j pairs; or stable's.
      next.push(row.map((_, u) => (below[u - j] ?? 0) + (beside[u] ?? 0)));
    }
    ways = next;
  }
  const counts = ways[n] ?? [];
  const all = counts.reduce((a, b) => a + b, 0);
  return counts.slice(Math.ceil(wins)).reduce((a, b) => a + b, 0) / all;
}

function tiesOf(values: readonly number[]): readonly number[] {
  const times = new Map<number, number>();
  for (const value of values) times.set(value, (times.get(value) ?? 0) + 1);
  return [...times.values()];
}

/** P(Z ≥ z), to about 1e-7 (the rational approximation of Hastings). */
export function normalTail(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const poly =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * poly;
  return z >= 0 ? tail : 1 - tail;
}
