import { z } from 'zod';

const QUANTILE = 'a percentile such as p50, p95 or p99.9';

/** `p99` or 0.99: both are the same. */
export const quantile = z
  .union([z.string(), z.number().gt(0).lt(1)], { error: QUANTILE })
  .transform((value, context) => {
    if (typeof value === 'number') return value;
    const percent = Number(/^p(\d{1,2}(?:\.\d+)?)$/.exec(value)?.[1] ?? Number.NaN);
    // Rounded first: a percentile too near to 100 would be the largest value of all.
    const share = Number((percent / 100).toFixed(6));
    if (share > 0 && share < 1) return share;
    context.addIssue({ code: 'custom', message: QUANTILE });
    return z.NEVER;
  });
