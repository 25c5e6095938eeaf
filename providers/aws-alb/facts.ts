import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { readListener } from './arn.ts';
import type { Connection } from './connection.ts';
import { unlessGone } from './gone-resources.ts';
import { MARK, type Marks } from './marks.ts';
import type { AlbReading, Calls } from './reading.ts';

/** What does not change from one look to the next: read once. */
export interface Facts {
  /** Where users reach the listener. */
  readonly url: string;
  /** Ms that targets drain for, and that a new one is spared for; the longer of both groups. */
  readonly drain: number;
  readonly slowStart: number;
  /** Ms until a new target can be healthy. */
  readonly firstCheck: number;
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
  };
}

/** What fits into the value of a tag. */
const FACTS_MAX_CHARS = 256;

/** As a tag; nothing where the address does not fit, or has signs that no tag may have. */
export function factsMark({ url, drain, slowStart, firstCheck }: Facts): Marks {
  const text = [drain, slowStart, firstCheck, url].join(' ');
  const fits = text.length <= FACTS_MAX_CHARS && /^[\w .:/=+@-]+$/.test(text);
  return fits ? { [MARK.facts]: text } : {};
}

/** While two releases are there what was true when the second came is as good as asking again. */
export function factsIn({ blue, green }: Pick<AlbReading, 'blue' | 'green'>): Facts | null {
  if (!blue.marks[MARK.release] || !green.marks[MARK.release]) return null;
  const told = [blue, green].flatMap(({ marks }) => {
    const [drain, slowStart, firstCheck, url] = marks[MARK.facts]?.split(' ') ?? [];
    if (!url) return [];
    return {
      drain: Number(drain),
      slowStart: Number(slowStart),
      firstCheck: Number(firstCheck),
      url,
    };
  });
  const [longest] = told.toSorted((a, b) => b.drain - a.drain);
  return longest ?? null;
}

/** Of a load balancer that is not there any more. */
const NOWHERE = '';

async function albAddressOf(calls: Calls, at: Connection, signal?: AbortSignal): Promise<string> {
  const { loadBalancer } = readListener(at.listener);
  const [balancers, listeners] = await Promise.all([
    unlessGone(
      calls.read(
        (sdk, options) => sdk.describeLoadBalancers({ LoadBalancerArns: [loadBalancer] }, options),
        signal,
      ),
    ),
    unlessGone(
      calls.read(
        (sdk, options) => sdk.describeListeners({ ListenerArns: [at.listener] }, options),
        signal,
      ),
    ),
  ]);
  const [balancer] = balancers?.LoadBalancers ?? [];
  const [listener] = listeners?.Listeners ?? [];
  if (!balancer) return NOWHERE;
  const scheme = listener?.Protocol === 'HTTPS' ? 'https' : 'http';
  const port = listener?.Port ?? 80;
  const isUsual = port === (scheme === 'https' ? 443 : 80);
  return `${scheme}://${balancer?.DNSName}${isUsual ? '' : `:${port}`}`;
}

async function attributesOf(calls: Calls, TargetGroupArn: string, signal?: AbortSignal) {
  const told = await unlessGone(
    calls.read(
      (sdk, options) => sdk.describeTargetGroupAttributes({ TargetGroupArn }, options),
      signal,
    ),
  );
  const { Attributes = [] } = told ?? {};
  return Object.fromEntries(Attributes.map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** The groups as their owner made them: their kind, their health checks, whose they are. One that is gone is left out. */
export async function groupsOf(
  calls: Calls,
  { blue, green }: Connection,
  signal?: AbortSignal,
): Promise<readonly TargetGroup[]> {
  const ask = (TargetGroupArns: string[]) =>
    unlessGone(
      calls.read((sdk, options) => sdk.describeTargetGroups({ TargetGroupArns }, options), signal),
    );
  const both = await ask([blue, green]);
  const told = both ? [both] : await Promise.all([ask([blue]), ask([green])]);
  return told.flatMap((each) => each?.TargetGroups ?? []);
}

function firstCheckOf(groups: readonly TargetGroup[]): number {
  const intervals = groups.map(({ HealthCheckIntervalSeconds = 30 }) => HealthCheckIntervalSeconds);
  return Math.max(0, ...intervals) * 1_000;
}
