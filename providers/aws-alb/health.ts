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

/** `2 of 3 healthy; 10.0.1.7:80 does not answer the health check` */
export function progress(targets: readonly TargetReading[], wanted: number): string {
  const ready = targets.filter(isHealthy).length;
  const first = targets.find((target) => !isHealthy(target));
  return `${ready} of ${wanted} healthy${first ? `; ${albTold(first)}` : ''}`;
}

const albTold = (target: TargetReading) =>
  `${nameOf(target)} ${WORDS[target.reason ?? ''] ?? `is ${target.state}`}`;
