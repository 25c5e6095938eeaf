import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { readListener } from './arn.ts';
import type { Connection } from './connection.ts';
import type { Calls } from './reading.ts';

/** What does not change from one look to the next: read once. */
export interface Facts {
  /** Where users reach the listener. */
  readonly url: string;
  /** Ms that targets drain for, and that a new one is spared for; the longer of both groups. */
  readonly drain: number;
  readonly slowStart: number;
  /** Ms until a new target can be healthy. */
  readonly firstCheck: number;
  /** As their owner made them: their kind, their health checks, whose they are. */
  readonly groups: readonly TargetGroup[];
}

export async function readFacts(
  calls: Calls,
  at: Connection,
  signal?: AbortSignal,
): Promise<Facts> {
  const [url, blue, green, groups] = await Promise.all([
    at.url ?? albAddressOf(calls, at, signal),
    attributesOf(calls, at.blue, signal),
    attributesOf(calls, at.green, signal),
    groupsOf(calls, at, signal),
  ]);
  const longer = (name: string, byDefault: number) =>
    Math.max(...[blue, green].map((group) => Number(group[name] ?? byDefault))) * 1_000;
  return {
    url: url.replace(/\/$/, ''),
    // What is under way in a function ends by itself.
    drain: groups.some(({ TargetType }) => TargetType === 'lambda')
      ? 0
      : longer('deregistration_delay.timeout_seconds', 300),
    slowStart: longer('slow_start.duration_seconds', 0),
    firstCheck: firstCheckOf(groups),
    groups,
  };
}

async function albAddressOf(calls: Calls, at: Connection, signal?: AbortSignal): Promise<string> {
  const { loadBalancer } = readListener(at.listener);
  const [{ LoadBalancers: [balancer] = [] }, { Listeners: [listener] = [] }] = await Promise.all([
    calls.read(
      (sdk, options) => sdk.describeLoadBalancers({ LoadBalancerArns: [loadBalancer] }, options),
      signal,
    ),
    calls.read(
      (sdk, options) => sdk.describeListeners({ ListenerArns: [at.listener] }, options),
      signal,
    ),
  ]);
  const scheme = listener?.Protocol === 'HTTPS' ? 'https' : 'http';
  const port = listener?.Port ?? 80;
  const isUsual = port === (scheme === 'https' ? 443 : 80);
  return `${scheme}://${balancer?.DNSName}${isUsual ? '' : `:${port}`}`;
}

async function attributesOf(calls: Calls, TargetGroupArn: string, signal?: AbortSignal) {
  const { Attributes = [] } = await calls.read(
    (sdk, options) => sdk.describeTargetGroupAttributes({ TargetGroupArn }, options),
    signal,
  );
  return Object.fromEntries(Attributes.map(({ Key = '', Value = '' }) => [Key, Value]));
}

async function groupsOf(calls: Calls, { blue, green }: Connection, signal?: AbortSignal) {
  const { TargetGroups = [] } = await calls.read(
    (sdk, options) => sdk.describeTargetGroups({ TargetGroupArns: [blue, green] }, options),
    signal,
  );
  return TargetGroups;
}

function firstCheckOf(groups: readonly TargetGroup[]): number {
  const intervals = groups.map(({ HealthCheckIntervalSeconds = 30 }) => HealthCheckIntervalSeconds);
  return Math.max(...intervals) * 1_000;
}
