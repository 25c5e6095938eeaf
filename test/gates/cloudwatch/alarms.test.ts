import { alertConformance } from '../conformance/alerts.ts';
import { type Asked, json } from '../conformance/wire.ts';

const NAMES = ['HighErrorRate', 'OutOf.v42'];

function fault({ method, headers, body }: Asked): string | null {
  if (method !== 'POST') return method;
  if (headers['x-amz-target'] !== 'GraniteServiceVersion20100801.DescribeAlarms') return 'target';
  if (!String(headers.authorization).startsWith('AWS4-HMAC-SHA256 ')) return 'signature';
  const { AlarmNames, AlarmTypes } = JSON.parse(body) as Record<string, unknown>;
  if (`${AlarmTypes}` !== 'MetricAlarm,CompositeAlarm') return `types ${AlarmTypes}`;
  return `${AlarmNames}` === `${NAMES}` ? null : `names ${AlarmNames}`;
}

const alarm = (AlarmName: string, StateValue: string) => ({
  AlarmName,
  StateValue,
  StateUpdatedTimestamp: 1_767_322_800,
});
const alarms = (metric: readonly object[], composite: readonly object[] = []) =>
  json({ MetricAlarms: metric, CompositeAlarms: composite });

alertConformance('cloudwatch', {
  kind: async () => (await import('../../../gates/cloudwatch/index.ts')).cloudwatchSource as never,
  settings: (address) => ({
    address,
    region: 'eu-central-1',
    alarms: ['HighErrorRate', 'OutOf.{{version}}'],
  }),
  env: { AWS_ACCESS_KEY_ID: 'DEPLOYCTL', AWS_SECRET_ACCESS_KEY: 'none' },
  fault,
  firing: (_, names) => {
    const [first, second] = NAMES.map((name) => alarm(name, names.includes(name) ? 'ALARM' : 'OK'));
    return alarms(first ? [first] : [], second ? [second] : []);
  },
  error: (status, message) => json({ __type: 'InvalidAction', message }, status),
  doubtful: {
    'nothing of one of them': {
      reply: () => alarms([alarm('HighErrorRate', 'OK')]),
      kind: 'sourceError',
      says: 'no alarm is called OutOf.v42',
      permanent: true,
    },
    'that one has no data': {
      reply: () => alarms([alarm('HighErrorRate', 'INSUFFICIENT_DATA'), alarm('OutOf.v42', 'OK')]),
      kind: 'noData',
      says: 'HighErrorRate is in the state INSUFFICIENT_DATA',
    },
  },
});
