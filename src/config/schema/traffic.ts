import { z } from 'zod';
import { duration, whole } from '../../settings/scalars.ts';
import { HEADERS, headers, path } from './probes.ts';

export const load = z.strictObject({
  rate: whole(1, 1000).describe(
    'Requests per second, sent when they are due whatever the answers.',
  ),
  path: path().default('/').describe('Path that is asked.'),
  method: z
    .enum(['GET', 'HEAD'])
    .default('GET')
    .describe('GET or HEAD: the load must change nothing.'),
  headers: headers().default({}).describe(HEADERS),
  to: z
    .enum(['public', 'candidate'])
    .default('public')
    .describe(
      '`public`: as users reach the service, split as theirs. `candidate`: only the new release.',
    ),
  concurrency: whole(1, 1024)
    .default(64)
    .describe('Most requests under way at once; what finds no place is dropped and counted.'),
  maxDuration: duration({ min: 1000 })
    .prefault('10m')
    .describe('The load ends after this in any case.'),
});

const QUANTILE = 'a percentile such as p50, p95 or p99.9';
const quantile = z.string({ error: QUANTILE }).transform((value, context) => {
  const share = Number(/^p(\d{1,2}(?:\.\d+)?)$/.exec(value)?.[1] ?? Number.NaN) / 100;
  if (share > 0 && share < 1) return Number(share.toFixed(6));
  context.addIssue({ code: 'custom', message: QUANTILE });
  return z.NEVER;
});

/** Numbers that the router itself counts for each release. */
export const edge = z
  .preprocess(
    asMetric,
    z.strictObject({
      metric: z
        .enum(['errorRate', 'latency', 'requests', 'throughput'])
        .optional()
        .describe(
          'errorRate (share of 5xx answers), latency, requests (count per window) or throughput (per second).',
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
  .meta({ also: { enum: ['errorRate', 'latency', 'requests', 'throughput'] } });

function asMetric(value: unknown): unknown {
  return typeof value === 'string' ? { metric: value } : value;
}
