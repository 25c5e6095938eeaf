const INTERVAL_SURE = 1.959964;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Between which shares the true one lies, 95 times of a hundred (Wilson's interval). */
export function intervalOf(bad: number, total: number, z = INTERVAL_SURE): Interval {
  if (total <= 0) return { low: 0, high: 1 };
  const p = bad / total;
  const middle = p + (z * z) / (2 * total);
  const reach = z * Math.sqrt((p * (1 - p)) / total + (z * z) / (4 * total * total));
  const scale = 1 + (z * z) / total;
  return {
    low: bad === 0 ? 0 : Math.max(0, (middle - reach) / scale),
    high: bad === total ? 1 : Math.min(1, (middle + reach) / scale),
  };
}
