import { z } from 'zod';

const EDGE_METRICS = ['errorRate', 'successRate', 'latency', 'requests', 'throughput'] as const;

const QUANTILE = 'a percentile such as p50, p95 or p99.9';
const quantile = z.string({ error: QUANTILE }).transform((value, context) => {
  const share = Number(/^p(\d{1,2}(?:\.\d+)?)$/.exec(value)?.[1] ?? Number.NaN) / 100;
  if (share > 0 && share < 1) return Number(share.toFixed(6));
  context.addIssue({ code: 'custom', message: QUANTILE });
  return z.NEVER;
});

/** Numbers that the router itself counts for each release. */
export const settings = z
  .preprocess(
    asMetric,
    z.strictObject({
      metric: z
        .enum(EDGE_METRICS)
        .optional()
        .describe(
          'errorRate (share of 5xx answers), successRate (of the others), latency, requests (count per window) or throughput (per second).',
        ),
      latency: quantile.optional().describe('A percentile of the latency: p50, p95, p99.'),
    }),
  )
  .refine(({ metric, latency }) => (metric === undefined) !== (latency === undefined), {
    error: 'one metric, such as errorRate or {latency: p95}',
  })
  .transform(({ metric, latency }) => {
    const is = metric ?? 'latency';
    return { metric: is, quantile: is === 'latency' ? (latency ?? 0.95) : null };
  })
  .meta({ also: { enum: [...EDGE_METRICS] } })
  .describe(
    'Counts of the router itself: errorRate, successRate, latency, requests, throughput. Short: `edge: errorRate`.',
  );

export type EdgeSettings = z.output<typeof settings>;

function asMetric(value: unknown): unknown {
  return typeof value === 'string' ? { metric: value } : value;
}
