import { conformance, HUSH } from '../conformance/suite.ts';
import {
  type Asked,
  type Cell,
  FROM,
  isAskedTime,
  json,
  partsIn,
  queryOf,
  type Reply,
} from '../conformance/wire.ts';

interface Body {
  readonly MetricDataQueries: readonly {
    readonly Id: string;
    readonly MetricStat: { readonly Metric: { readonly MetricName: string }; Period: number };
  }[];
  readonly StartTime: number;
  readonly EndTime: number;
}

const TARGET = 'GraniteServiceVersion20100801.GetMetricData';
const SIGNED =
  /^AWS4-HMAC-SHA256 Credential=SHOP\/\d{8}\/eu-central-1\/monitoring\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=[0-9a-f]{64}$/;

function fault({ method, headers, body }: Asked): string | null {
  if (method !== 'POST' || headers['x-amz-target'] !== TARGET) return 'operation';
  if (headers['content-type'] !== 'application/x-amz-json-1.0') return 'content-type';
  if (!SIGNED.test(String(headers.authorization))) return `signature ${headers.authorization}`;
  if (headers['x-amz-security-token'] !== HUSH) return 'token';
  const { StartTime, EndTime, MetricDataQueries } = JSON.parse(body) as Body;
  if (!isAskedTime(StartTime * 1000, EndTime * 1000)) return 'times';
  const period = EndTime - StartTime > 3600 ? 3600 : 60;
  const isQuery = ({ Id, MetricStat }: Body['MetricDataQueries'][number]) =>
    /^[a-z]\w*$/.test(Id) && MetricStat.Period === period;
  return MetricDataQueries.every(isQuery) ? null : 'queries';
}

const metric = (text: string) => ({ namespace: 'Shop', metric: text });
const answer = (results: readonly object[], more: object = {}): Reply => ({
  ...json({ MetricDataResults: results, Messages: [], ...more }),
  headers: { 'content-type': 'application/x-amz-json-1.0' },
});

function resultsOf(Id: string, cell: Cell): object[] {
  const one = (Label: string, Timestamps: number[], Values: unknown[]) => ({
    Id,
    Label,
    StatusCode: 'Complete',
    Timestamps,
    Values,
  });
  switch (cell.is) {
    case 'nothing':
      return [one('a', [], [])];
    case 'several':
      return [one('a', [FROM / 1000], [1]), one('b', [FROM / 1000], [1])];
    case 'value': {
      const more = cell.again === undefined ? [] : [cell.again];
      const values = [cell.value, ...more];
      return [one('a', Array(values.length).fill(cell.at / 1000), values)];
    }
  }
}

const whole = (asked: Asked, of: (id: string) => object[]) =>
  answer((JSON.parse(asked.body) as Body).MetricDataQueries.flatMap(({ Id }) => of(Id)));

const withStatus = (StatusCode: string) => (asked: Asked) =>
  whole(asked, (Id) => [{ Id, Label: 'a', StatusCode, Timestamps: [FROM / 1000], Values: [60] }]);

conformance('cloudwatch', {
  kind: async () => (await import('../../../gates/cloudwatch/index.ts')).cloudwatchSource as never,
  settings: (address) => ({
    address,
    region: 'eu-central-1',
    total: metric(queryOf('total')),
    bad: metric(queryOf('bad')),
    absentMeansNone: true,
  }),
  doubtsNone: true,
  env: { AWS_ACCESS_KEY_ID: 'SHOP', AWS_SECRET_ACCESS_KEY: 'none', AWS_SESSION_TOKEN: HUSH },
  fault,
  good: (asked, cells) =>
    answer(
      (JSON.parse(asked.body) as Body).MetricDataQueries.flatMap(({ Id, MetricStat }) => {
        const [{ part, version } = { part: 'total' as const, version: '' }] = partsIn(
          MetricStat.Metric.MetricName,
        );
        return resultsOf(Id, cells(part, version));
      }),
    ),
  error: (status, message) => ({
    ...json({ __type: 'com.amazonaws.cloudwatch#InvalidParameterValue', message }, status),
    headers: { 'content-type': 'application/x-amz-json-1.0' },
  }),
  doubtful: {
    'that it has a part of the data': { reply: withStatus('PartialData'), kind: 'partial' },
    'that it could not read it': { reply: withStatus('InternalError'), kind: 'sourceError' },
    'that it may not be asked': { reply: withStatus('Forbidden'), kind: 'sourceError' },
    'a status that nobody knows': { reply: withStatus('Fine'), kind: 'sourceError' },
    'that there were too many metrics': {
      reply: () =>
        answer([], {
          Messages: [{ Code: 'MaxMetricsExceeded', Value: 'Maximum number of metrics exceeded' }],
        }),
      kind: 'partial',
    },
    'that there is another page, for ever': {
      reply: () => answer([], { NextToken: 'next' }),
      kind: 'partial',
    },
    'less than was asked': { reply: () => answer([]), kind: 'sourceError' },
  },
  requests: 1,
});
