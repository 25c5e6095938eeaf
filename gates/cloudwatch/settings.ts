import { z } from 'zod';
import { url } from '../../src/settings/http.ts';
import { duration, text } from '../../src/settings/scalars.ts';
import { awsProfile, awsRegion } from '../kit/aws-settings.ts';
import { ABOUT_NAMES } from '../kit/numbers/names.ts';
import { quantile } from '../kit/numbers/quantile-setting.ts';
import {
  absentMeansNone,
  combine,
  delayOf,
  isOneQuestion,
  ONE_QUESTION,
} from '../kit/numbers/settings.ts';
import { CLOUDWATCH_MEASURES } from './question.ts';

const metric = z.strictObject({
  namespace: text().describe('Namespace of the metric, such as AWS/ApplicationELB.'),
  metric: text().describe('Name of the metric.'),
  dimensions: z
    .record(text(), text())
    .default({})
    .describe('All dimensions of the series, by name; CloudWatch adds none up.'),
  stat: text().default('Sum').describe('Statistic of each period: Sum, Average, p99 and so on.'),
});

const asked = (what: string) =>
  z
    .union([text(), metric], { error: 'an expression, or namespace, metric, dimensions and stat' })
    .optional()
    .describe(what);

const PERIODS = [1, 5, 10, 20, 30].map((seconds) => seconds * 1000);
const period = duration()
  .refine((ms) => PERIODS.includes(ms) || (ms > 0 && ms % 60_000 === 0), {
    error: 'a whole number of minutes; 1s, 5s, 10s, 20s or 30s for metrics of high resolution',
  })
  .default(60_000);

export const settings = z
  .strictObject({
    region: awsRegion().describe(
      'Region of the metrics; otherwise AWS_REGION or AWS_DEFAULT_REGION.',
    ),
    profile: awsProfile(),
    address: url()
      .nullable()
      .default(null)
      .describe('Another address than that of the region: a VPC endpoint.'),
    delay: delayOf('150s', 'points of CloudWatch come one to two minutes late'),
    period: period.describe(
      'Length of the periods that are asked for. Windows begin and end with them.',
    ),
    alarms: z
      .array(text())
      .min(1)
      .max(100)
      .optional()
      .describe(`Names of alarms that must not be in the state ALARM. ${ABOUT_NAMES}`),
    measure: z
      .enum(CLOUDWATCH_MEASURES)
      .optional()
      .describe(
        `A question by its name, about a target group of a load balancer: ${CLOUDWATCH_MEASURES.join(', ')}.`,
      ),
    quantile: quantile.default(0.95).describe('Which latency, for `measure: latency`.'),
    total: asked(`The metric that counts all requests, or an expression. ${ABOUT_NAMES}`),
    bad: asked('The metric that counts the failed ones among them, or an expression.'),
    absentMeansNone: absentMeansNone(),
    query: asked('A metric or expression that gives one number, where counts cannot be had.'),
    unit: z
      .enum(['ratio', 'ms', 'count', 'perSecond'])
      .optional()
      .describe('What the number of `query` is: ratio, ms, count or perSecond.'),
    combine: combine(),
  })
  .refine(
    ({ alarms, measure, ...given }) => {
      const byName = [alarms, measure].filter((one) => one !== undefined).length;
      if (byName === 0) return isOneQuestion(given);
      const isElse = ['total', 'bad', 'query', 'unit'].some((name) => Object.hasOwn(given, name));
      return byName === 1 && !isElse;
    },
    { error: `alarms, or measure, or ${ONE_QUESTION}` },
  )
  .describe('Counts and numbers of Amazon CloudWatch; by name, those of a target group.');

export type CloudwatchSettings = z.output<typeof settings>;
