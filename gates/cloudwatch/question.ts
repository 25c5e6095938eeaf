import type { Combination } from '../kit/numbers/points.ts';
import { type AskedFor, type NumberQuestion, plainQuestion } from '../kit/numbers/source.ts';
import type { CloudwatchSettings } from './settings.ts';

/** One series of CloudWatch. */
export interface CloudwatchMetric {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly stat: string;
}

/** What one number is made of: series that are added, or an expression; then a factor. */
export interface CloudwatchQuery {
  readonly metrics: readonly CloudwatchMetric[];
  readonly expression: string | null;
  readonly factor: number;
  readonly combine: Combination;
}

export const CLOUDWATCH_MEASURES = ['success-rate', 'error-rate', 'latency', 'throughput'] as const;

/** As the balancer counts them of one target group: by the labels that its provider tells. */
const ofGroup = (metric: string, stat = 'Sum'): CloudwatchMetric => ({
  namespace: 'AWS/ApplicationELB',
  metric,
  dimensions: { LoadBalancer: '{{loadBalancer}}', TargetGroup: '{{targetGroup}}' },
  stat,
});

export function cloudwatchQuestion(settings: CloudwatchSettings): {
  readonly question: NumberQuestion;
  readonly unit: NonNullable<AskedFor['unit']>;
} {
  const { measure, unit = 'ratio', query, total, bad, combine } = settings;
  const written = { total: sum(total), bad: sum(bad), query: one(query, { combine }) };
  if (measure === undefined) return { question: plainQuestion(written), unit };
  switch (measure) {
    case 'success-rate':
    case 'error-rate':
      return {
        question: {
          queries: [
            text({ metrics: [ofGroup('RequestCount')], combine: 'sum' }),
            text({
              // Whom no connection is made to answers nothing, not even a 5xx.
              metrics: [
                ofGroup('HTTPCode_Target_5XX_Count'),
                ofGroup('TargetConnectionErrorCount'),
              ],
              combine: 'sum',
            }),
          ],
          as: measure === 'success-rate' ? 'success' : 'bad',
        },
        unit: 'ratio',
      };
    case 'latency': {
      const stat = `p${Number((settings.quantile * 100).toFixed(3))}`;
      // Percentiles of several periods are not those of all: the worst of them is said.
      const metrics = [ofGroup('TargetResponseTime', stat)];
      const query = text({ metrics, factor: 1000, combine: 'max' });
      return { question: { queries: [query], as: 'number' }, unit: 'ms' };
    }
    case 'throughput': {
      const metrics = [ofGroup('RequestCount')];
      const query = text({ metrics, factor: 1000 / settings.period, combine: 'avg' });
      return { question: { queries: [query], as: 'number' }, unit: 'perSecond' };
    }
  }
}

type CloudwatchGiven = CloudwatchSettings['total'];

const sum = (given: CloudwatchGiven) => one(given, { combine: 'sum' });

function one(given: CloudwatchGiven, more: Pick<CloudwatchQuery, 'combine'>): string | undefined {
  if (given === undefined) return undefined;
  return typeof given === 'string'
    ? text({ expression: given, ...more })
    : text({ metrics: [given], ...more });
}

/** As a text, because names are filled in there. */
function text(query: Partial<CloudwatchQuery> & Pick<CloudwatchQuery, 'combine'>): string {
  return JSON.stringify({ metrics: [], expression: null, factor: 1, ...query });
}

export const cloudwatchQueryIn = (query: string) => JSON.parse(query) as CloudwatchQuery;
