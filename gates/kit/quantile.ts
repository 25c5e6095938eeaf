/** Upper bound and count; null as bound for what is above all others. */
export type Bucket = readonly [upper: number | null, count: number];

/**
 * The value below which this share lies, by interpolation inside its bucket; null when there is
 * nothing. In the open last bucket it is the bound below: the least it can be.
 */
export function quantileOf(buckets: readonly Bucket[], quantile: number): number | null {
  const sorted = buckets
    .map(([upper, count]) => ({ upper: upper ?? Number.POSITIVE_INFINITY, count }))
    .sort((a, b) => a.upper - b.upper);
  const wanted = sorted.reduce((sum, { count }) => sum + count, 0) * quantile;
  let [below, lower] = [0, 0];
  for (const { upper, count } of sorted) {
    if (count > 0 && below + count >= wanted) {
      if (upper === Number.POSITIVE_INFINITY) return lower;
      return lower + (upper - lower) * ((wanted - below) / count);
    }
    below += count;
    lower = upper;
  }
  return null;
}
