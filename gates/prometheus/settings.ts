import { z } from 'zod';
import { HEADERS, headers, url } from '../../src/settings/http.ts';
import { duration } from '../../src/settings/scalars.ts';

const ABOUT_NAMES =
  '`{{version}}`, `{{release}}`, `{{window}}` and names of the platform such as `{{podTemplateHash}}` or `{{namespace}}` are filled in, for each of the two releases.';

const query = z.string().min(1);

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

const FORMS = [
  ['total', 'bad'],
  ['histogram', 'slowerThan'],
  ['query', 'unit'],
] as const;
const ONE_FORM = 'total and bad, or histogram and slowerThan, or query and unit';

export const settings = z
  .strictObject({
    address: url().describe('Where the server answers: the part before /api/v1.'),
    headers: headers().default({}).describe(HEADERS),
    tenant: z
      .string()
      .nullable()
      .default(null)
      .describe('Sent as X-Scope-OrgID, for Mimir, Cortex and Thanos with tenants.'),
    delay: duration()
      .default(5000)
      .describe('How long after its end the server has all of a window: a scrape interval or two.'),
    ...question,
  })
  .refine(
    (asked) => {
      const given = Object.keys(question).filter((name) => Object.hasOwn(asked, name));
      return FORMS.some((form) => given.length === 2 && form.every((name) => given.includes(name)));
    },
    { error: ONE_FORM },
  )
  .describe('Counts and numbers of a Prometheus server, or of anything that speaks its language.');

export type PrometheusSettings = z.output<typeof settings>;
