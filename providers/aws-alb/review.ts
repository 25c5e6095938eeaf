import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Operation, Release, Review } from '../../src/contract/index.ts';
import { groupName, readListener } from './arn.ts';
import { targetsIn, unitsIn } from './compute/spec.ts';
import type { Connection } from './connection.ts';
import type { Desk } from './desk.ts';
import { groupsOf } from './facts.ts';
import { weightsIn } from './forward.ts';
import { goneWords, isPlaceGone, lostIn, receiversOf } from './gone-resources.ts';
import {
  conditionsOf,
  freePriority,
  headerRulesIn,
  noPriority,
  previewIn,
} from './header-rules.ts';
import { type RulesReading, readRules } from './reading.ts';
import { ruleQuota } from './rule-quota.ts';

/** AWS's own limits: groups in an action, values in the conditions of a rule, targets in a group. */
const AWS_LIMITS = { groups: 5, values: 5, targets: 1_000 };

const NO_OBJECTION: Review = { refusals: [], notes: [] };

/** What stands in the way, looked for before the first write. */
export async function review(desk: Desk, operations: readonly Operation[]): Promise<Review> {
  const { at } = desk;
  // What neither starts nor replaces anything needs nothing of them: a way back is not held up by it.
  const isUp = operations.some(({ kind }) => kind === 'start' || kind === 'replace');
  const [rules, groups, compute] = await Promise.all([
    readRules(desk),
    isUp ? groupsOf(desk.calls, at, desk.signal) : [],
    isUp ? (desk.compute.review?.(desk.signal) ?? NO_OBJECTION) : NO_OBJECTION,
  ]);
  const releases = operations.flatMap((operation) =>
    operation.kind === 'start' || operation.kind === 'replace' ? [operation.release] : [],
  );
  const lost = lostFor(operations, rules, at);
  const { unchecked = false } = desk.compute;
  const left = cleared(rules, operations);
  const more = coming(operations, left) - (rules.rules.length - left.rules.length);
  const quota = isPlaceGone(rules, at) ? NO_OBJECTION : await ruleQuota(desk, rules, more);
  return {
    refusals: [
      ...groups.flatMap((group) => [
        ...groupRefusals(group, at),
        ...(unchecked ? functionRefusals(group) : instanceRefusals(group)),
      ]),
      ...(lost ? [] : ruleRefusals(left, at)),
      ...releases.flatMap((release) => releaseRefusals(release, groups)),
      ...quota.refusals,
      ...compute.refusals,
    ],
    notes: [...quota.notes, ...compute.notes],
    ...(lost ? { lost: [lost] } : {}),
  };
}

/** What none of these operations can go past, because others have deleted it. */
function lostFor(operations: readonly Operation[], rules: RulesReading, at: Connection) {
  const wanted = operations.flatMap((operation) => {
    if (operation.kind === 'route') return receiversOf(operation.split);
    return operation.kind === 'start' ? [operation.release.id] : [];
  });
  const lost = lostIn(rules, at, wanted);
  return lost && `${lost.found}.`;
}

/** The rules as they are when the first release comes: what is retired before that has taken its own along. */
function cleared(rules: RulesReading, operations: readonly Operation[]): RulesReading {
  const first = operations.findIndex(({ kind }) => kind === 'start' || kind === 'replace');
  const retired = operations
    .slice(0, Math.max(0, first))
    .flatMap((operation) => (operation.kind === 'retire' ? [operation.release] : []));
  const gone = headerRulesIn(rules).filter(({ release }) => retired.includes(release));
  const arns = new Set(gone.map(({ arn }) => arn));
  return { ...rules, rules: rules.rules.filter(({ RuleArn = '' }) => !arns.has(RuleArn)) };
}

/** Rules that these operations add, at the same time: the header of each release, and the one that a plan asks for. */
function coming(operations: readonly Operation[], rules: RulesReading): number {
  const fresh = operations.flatMap((operation) =>
    (operation.kind === 'start' || operation.kind === 'replace') &&
    !previewIn(rules, operation.release.id)
      ? [operation.release.id]
      : [],
  );
  const matches = operations.some((operation) => operation.kind === 'route' && operation.match);
  return new Set(fresh).size + (matches ? 1 : 0);
}

function groupRefusals(group: TargetGroup, at: Connection): string[] {
  const { TargetGroupArn = '', LoadBalancerArns = [] } = group;
  const name = groupName(TargetGroupArn);
  const { loadBalancer } = readListener(at.listener);
  const other = LoadBalancerArns.find((arn) => arn !== loadBalancer);
  return other ? [`the target group ${name} belongs to another load balancer: ${other}`] : [];
}

function functionRefusals({ TargetGroupArn = '', TargetType }: TargetGroup): string[] {
  if (TargetType === 'lambda') return [];
  const name = groupName(TargetGroupArn);
  return [`the target group ${name} takes ${TargetType} targets: a function needs one of lambda`];
}

function instanceRefusals({
  TargetGroupArn = '',
  HealthCheckEnabled,
  TargetType,
}: TargetGroup): string[] {
  const name = groupName(TargetGroupArn);
  return [
    ...(HealthCheckEnabled === false
      ? [
          `the health checks of the target group ${name} are off: nothing would tell when it is ready`,
        ]
      : []),
    ...(TargetType === 'lambda' || TargetType === 'alb'
      ? [
          `the target group ${name} takes ${TargetType} targets: only addresses and instances are possible`,
        ]
      : []),
  ];
}

function ruleRefusals(rules: RulesReading, at: Connection): string[] {
  const gone = goneWords(rules, at);
  if (gone) return [gone];
  const named = new Set([...weightsIn(rules.main).map(({ group }) => group), at.blue, at.green]);
  const values = conditionsOf(rules.main).flatMap((condition) =>
    Object.values(condition).flatMap((part) =>
      typeof part === 'object' && part !== null && 'Values' in part ? part.Values : [],
    ),
  );
  return [
    ...(named.size > AWS_LIMITS.groups
      ? [`an action forwards to at most ${AWS_LIMITS.groups} groups`]
      : []),
    ...(values.length >= AWS_LIMITS.values
      ? [
          'the rule has five values in its conditions already: none is left for the header of a preview',
        ]
      : []),
    ...(freePriority(rules) === null ? [noPriority(rules.main)] : []),
  ];
}

const IS_INSTANCE = /^i-[0-9a-f]+:\d+$/;

function releaseRefusals(release: Release, groups: readonly TargetGroup[]): string[] {
  const targets = targetsIn(release);
  const wantsInstances = groups.some(({ TargetType }) => TargetType === 'instance');
  const strange = targets.find((target) => IS_INSTANCE.test(target) !== wantsInstances);
  const kind = wantsInstances ? 'instances' : 'addresses';
  return [
    ...(unitsIn(release) > AWS_LIMITS.targets
      ? [
          `a target group takes ${AWS_LIMITS.targets} targets, ${release.version} has ${unitsIn(release)}`,
        ]
      : []),
    ...(strange ? [`the target groups take ${kind}, and ${strange} is not one`] : []),
  ];
}
