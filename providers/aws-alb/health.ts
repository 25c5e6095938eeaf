import type { Desk } from './desk.ts';
import { type GroupReading, nameOf, type TargetReading } from './reading.ts';

/** The reasons that AWS gives, in words that go on from the name of a target. */
const WORDS: Readonly<Record<string, string>> = {
  'Elb.RegistrationInProgress': 'is being registered',
  'Elb.InitialHealthChecking': 'is checked for the first time',
  'Elb.InternalError': 'cannot be checked: the load balancer has a fault of its own',
  'Target.ResponseCodeMismatch': 'answers the health check with an unexpected code',
  'Target.Timeout': 'does not answer the health check in time',
  'Target.FailedHealthChecks': 'does not answer the health check',
  'Target.NotRegistered': 'is not registered',
  'Target.NotInUse': 'is in a group that no rule uses',
  'Target.InvalidState': 'is an instance that does not run',
  'Target.IpUnusable': 'has an address that the load balancer cannot use',
  'Target.DeregistrationInProgress': 'drains',
  'Target.HealthCheckDisabled': 'is in a group whose health checks are off',
};

/** What no waiting mends. */
const HOPELESS = new Set([
  'Target.InvalidState',
  'Target.IpUnusable',
  'Target.HealthCheckDisabled',
]);

const STARTING = new Set(['Elb.RegistrationInProgress', 'Elb.InitialHealthChecking']);

export const isHealthy = ({ state }: TargetReading) => state === 'healthy';
const isDraining = ({ state }: TargetReading) => state === 'draining';
export const isStarting = ({ reason }: TargetReading) => STARTING.has(reason ?? '');

export const standing = (targets: readonly TargetReading[]) =>
  targets.filter((target) => !isDraining(target));

/** Why waiting is of no use; null where it may be. */
export function hopeless(
  { arn, targets }: Pick<GroupReading, 'arn' | 'targets'>,
  { at, unused }: Pick<Desk, 'at' | 'unused'>,
): string | null {
  const there = standing(targets);
  const found = there.find(({ reason }) => HOPELESS.has(reason ?? ''));
  if (found) return albTold(found);
  const idle = there.find(({ reason }) => reason === 'Target.NotInUse');
  return idle && unused.isLasting(arn, at.propagation)
    ? `${nameOf(idle)} is not in use although a rule names its group: its availability zone is not enabled for the load balancer`
    : null;
}

/** `2 of 4 healthy; 10.0.1.7:80 does not answer the health check, like 1 other` */
export const progress = (targets: readonly TargetReading[], wanted: number): string =>
  [`${targets.filter(isHealthy).length} of ${wanted} healthy`, albAilments(targets)]
    .filter(Boolean)
    .join('; ');

/** Why targets are not healthy, each reason once with the first that has it; empty where all are. */
export function albAilments(targets: readonly TargetReading[]): string {
  const found = new Map<string, { readonly first: string; others: number }>();
  for (const target of targets) {
    if (isHealthy(target)) continue;
    const why = wordsOf(target);
    const there = found.get(why);
    if (there) there.others += 1;
    else found.set(why, { first: nameOf(target), others: 0 });
  }
  return [...found]
    .map(([why, { first, others }]) => `${first} ${why}${likeOthers(others)}`)
    .join('; ');
}

const likeOthers = (count: number) =>
  count === 0 ? '' : `, like ${count} other${count === 1 ? '' : 's'}`;

const albTold = (target: TargetReading) => `${nameOf(target)} ${wordsOf(target)}`;

/** `Health checks failed with these codes: [502]`, as AWS describes it. */
const CODES = /codes?: \[([^\]]+)\]/;

function wordsOf({ state, reason, description }: TargetReading): string {
  const codes = CODES.exec(description ?? '')?.[1];
  if (reason === 'Target.ResponseCodeMismatch' && codes)
    return `answers the health check with ${codes}`;
  const known = WORDS[reason ?? ''];
  if (known) return known;
  return `is ${state}${description ? ` (${description})` : ''}`;
}
