import { z } from 'zod';
import { duration, form, text } from '../../src/settings/scalars.ts';
import { awsProfile, awsRegion } from '../kit/aws-settings.ts';
import { ABOUT_NAMES } from '../kit/numbers/names.ts';
import { quantile } from '../kit/numbers/quantile-setting.ts';
import { endpoint } from '../kit/numbers/settings.ts';
import { MEASURES, ORIGINS, type OriginName } from './ready-made.ts';

const query = z.string().min(1);

const ORIGIN_NAMES = Object.keys(ORIGINS) as [OriginName, ...OriginName[]];

/** What is asked for by name, with the labels filled in. */
const readyMade = {
  measure: z
    .enum(MEASURES)
    .optional()
    .describe(
      `A question by its name: ${MEASURES.join(', ')}. \`slow\` needs \`slowerThan\`; restarts, cpu and memory are those of Kubernetes.`,
    ),
  of: z
    .enum(ORIGIN_NAMES)
    .optional()
    .describe(`Whose counters they are, for \`measure\`: ${ORIGIN_NAMES.join(', ')}.`),
  where: z
    .record(
      form(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'the name of a label: letters, digits and _'),
      z.string(),
    )
    .default({})
    .describe(
      'Labels that tell the releases apart, for `measure`, instead of those that its counters have by default.',
    ),
  quantile: quantile.optional().describe('Which latency, for `measure: latency`: p50, p95, p99.'),
};

const alerts = z
  .array(text())
  .min(1)
  .max(100)
  .optional()
  .describe(
    'Names of alerts that must not fire. `where` says which labels they must have to count.',
  );

/** What is asked: two counts, a share of slow requests, or one number. */
const question = {
  total: query
    .optional()
    .describe(`Selector of the counter of all requests, without a range. ${ABOUT_NAMES}`),
  bad: query.optional().describe('Selector of the counter of the failed ones among them.'),
  histogram: query
    .optional()
    .describe('Selector of the buckets of a latency histogram (`…_bucket{…}`), for `slowerThan`.'),
  slowerThan: duration()
    .optional()
    .describe('Requests slower than this count as bad. Must be a bound of the histogram.'),
  query: query
    .optional()
    .describe('A whole query that gives one number, where counts cannot be had.'),
  unit: z
    .enum(['ratio', 'ms', 'count', 'perSecond'])
    .optional()
    .describe('What the number of `query` is: ratio, ms, count or perSecond.'),
};

const FORMS: readonly (readonly string[])[] = [
  ['total', 'bad'],
  ['histogram', 'slowerThan'],
  ['query', 'unit'],
];
const ONE_FORM =
  'alerts, or measure and of, or total and bad, or histogram and slowerThan, or query and unit';
const OF_NUMBERS: readonly string[] = ['quantile', ...Object.keys(question)];
const OF_PODS: readonly string[] = ['restarts', 'cpu', 'memory'];

export const settings = z
  .strictObject({
    ...endpoint('Where the server answers: the part before /api/v1.'),
    tenant: z
      .string()
      .nullable()
      .default(null)
      .describe('Sent as X-Scope-OrgID, for Mimir, Cortex and Thanos with tenants.'),
    sigv4: z
      .strictObject({
        region: awsRegion().describe('Region; otherwise AWS_REGION or AWS_DEFAULT_REGION.'),
        profile: awsProfile(),
      })
      .nullable()
      .default(null)
      .describe('Signs each request with the keys of AWS: for Amazon Managed Prometheus.'),
    delay: duration()
      .default(5000)
      .describe('How long after its end the server has all of a window: a scrape interval or two.'),
    absentMeansNone: z
      .boolean()
      .default(false)
      .describe(
        'Of `bad`: its series begin with the first failure, so that none at all means that nothing has failed, also where none was seen for seven days.',
      ),
    alerts,
    ...readyMade,
    ...question,
  })
  .refine(({ sigv4, auth }) => sigv4 === null || auth === null, {
    error: 'auth or sigv4, not both',
  })
  .refine(
    ({ alerts, measure, of, ...asked }) => {
      if (alerts !== undefined)
        return [
          measure,
          of,
          ...Object.keys(asked).filter((name) => OF_NUMBERS.includes(name)),
        ].every((one) => one === undefined);
      if (measure !== undefined)
        return (
          (of !== undefined) !== OF_PODS.includes(measure) &&
          (asked.slowerThan !== undefined) === (measure === 'slow') &&
          (asked.quantile === undefined || measure === 'latency') &&
          Object.keys(question).every(
            (name) => name === 'slowerThan' || !Object.hasOwn(asked, name),
          )
        );
      const given = Object.keys(question).filter((name) => Object.hasOwn(asked, name));
      return (
        of === undefined &&
        FORMS.some((form) => given.length === 2 && form.every((name) => given.includes(name)))
      );
    },
    { error: ONE_FORM },
  )
  .describe('Counts and numbers of a Prometheus server, or of anything that speaks its language.');

export type PrometheusSettings = z.output<typeof settings>;
