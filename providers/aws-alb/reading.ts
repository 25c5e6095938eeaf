import type {
  DescribeTargetHealthCommandOutput,
  ElasticLoadBalancingV2,
  Rule,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Caller } from '../../src/clients/aws/caller.ts';
import type { Kept } from './compute/compute.ts';
import { type Connection, placeOf } from './connection.ts';
import type { Desk } from './desk.ts';
import { weightsIn } from './forward.ts';
import { type Marks, marksIn } from './marks.ts';

export type Calls = Pick<Caller<ElasticLoadBalancingV2>, 'read' | 'write'>;

export interface TargetReading {
  readonly id: string;
  readonly port: number;
  readonly state: string;
  readonly reason: string | null;
  /** What AWS says beside the reason, where it does. */
  readonly description?: string;
}

export interface GroupReading {
  readonly arn: string;
  readonly marks: Marks;
  /** Null where no weight is given to it, not even 0: then nobody checks its targets. */
  readonly weight: number | null;
  readonly targets: readonly TargetReading[];
  /** Nobody has asked for its targets: those of the other group were all that mattered. */
  readonly isUncounted?: true;
  /** What the platform keeps behind it by itself; null where targets are only what is registered. */
  readonly kept: Kept | null;
}

/** The rules of the listener, and what is marked on them and on the groups. */
export interface RulesReading {
  readonly rules: readonly Rule[];
  readonly main: Rule;
  /** Other hands have deleted what served: then it has no action, and nothing is made in its place. */
  readonly isGone?: true;
  readonly marks: Readonly<Record<string, Marks>>;
}

/** All that is live, at one moment. */
export interface AlbReading extends RulesReading {
  readonly blue: GroupReading;
  readonly green: GroupReading;
}

/** Tags of so many resources are told at once. */
const TAGGED_AT_ONCE = 20;

export const readPlace = (desk: Desk): Promise<AlbReading> =>
  desk.looks.place(() => lookAtPlace(desk));

export const readRules = (desk: RulesDesk): Promise<RulesReading> =>
  desk.looks.rules(() => lookAtRules(desk));

export type RulesDesk = Pick<Desk, 'calls' | 'at' | 'looks' | 'signal'>;

async function lookAtPlace(desk: Desk): Promise<AlbReading> {
  const { at, compute, signal } = desk;
  const [rules, blue, green, kept] = await Promise.all([
    lookAtRules(desk),
    readTargets(desk, at.blue),
    readTargets(desk, at.green),
    compute.list([at.blue, at.green], signal),
  ]);
  const groups = {
    blue: groupIn(at.blue, { rules, targets: blue, kept }),
    green: groupIn(at.green, { rules, targets: green, kept }),
  };
  desk.unused.note(Object.values(groups));
  return { ...rules, ...groups };
}

interface GroupParts {
  readonly rules: RulesReading;
  readonly kept: ReadonlyMap<string, Kept>;
  /** Null where nobody has asked for them. */
  readonly targets: readonly TargetReading[] | null;
}

export function groupIn(arn: string, { rules, targets, kept }: GroupParts): GroupReading {
  return {
    arn,
    marks: rules.marks[arn] ?? {},
    weight: weightsIn(rules.main).find(({ group }) => group === arn)?.weight ?? null,
    targets: targets ?? [],
    ...(targets ? {} : { isUncounted: true }),
    kept: kept.get(arn) ?? null,
  };
}

async function lookAtRules(desk: RulesDesk): Promise<RulesReading> {
  const { calls, at, signal } = desk;
  const { rules, ...found } = await listRules(desk);
  const ours = rules.filter((rule) => mayBeOurs(rule, at)).map(({ RuleArn = '' }) => RuleArn);
  const marks = await readMarks(calls, [at.blue, at.green, placeOf(at), ...ours], signal);
  return { rules, ...found, marks };
}

/** All rules of the listener, and the one that serves the service. */
export async function listRules(desk: RulesDesk) {
  const { at } = desk;
  const rules = await pagesOfRules(desk, at.listener);
  const main = rules.find(({ RuleArn, IsDefault }) => (at.rule ? RuleArn === at.rule : IsDefault));
  if (main) return { rules, main };
  return { rules, main: { RuleArn: at.rule ?? undefined, Actions: [] }, isGone: true as const };
}

export async function pagesOfRules(
  { calls, signal }: Pick<RulesDesk, 'calls' | 'signal'>,
  ListenerArn: string,
): Promise<readonly Rule[]> {
  const rules: Rule[] = [];
  let Marker: string | undefined;
  do {
    const marker = Marker;
    const page = await calls.read(
      (sdk, options) => sdk.describeRules({ ListenerArn, Marker: marker }, options),
      signal,
    );
    rules.push(...(page.Rules ?? []));
    Marker = page.NextMarker;
  } while (Marker);
  return rules;
}

/** A rule that sends requests with a header to one of the two groups alone. */
export function mayBeOurs(rule: Rule, { blue, green }: Connection): boolean {
  const [only, ...others] = weightsIn(rule);
  const isHeader = rule.Conditions?.some(({ Field }) => Field === 'http-header') ?? false;
  return isHeader && others.length === 0 && (only?.group === blue || only?.group === green);
}

export async function readMarks(
  calls: Calls,
  arns: readonly string[],
  signal?: AbortSignal,
): Promise<Readonly<Record<string, Marks>>> {
  const found: Record<string, Marks> = {};
  for (let from = 0; from < arns.length; from += TAGGED_AT_ONCE) {
    const ResourceArns = arns.slice(from, from + TAGGED_AT_ONCE);
    const { TagDescriptions = [] } = await calls.read(
      (sdk, options) => sdk.describeTags({ ResourceArns }, options),
      signal,
    );
    for (const { ResourceArn = '', Tags = [] } of TagDescriptions)
      found[ResourceArn] = marksIn(Tags);
  }
  return found;
}

export async function readTargets(
  { calls, compute, signal }: Desk,
  TargetGroupArn: string,
): Promise<readonly TargetReading[]> {
  const answer: DescribeTargetHealthCommandOutput = await calls.read(
    (sdk, options) => sdk.describeTargetHealth({ TargetGroupArn }, options),
    signal,
  );
  return (answer.TargetHealthDescriptions ?? [])
    .map(targetIn)
    .map((target) => (compute.unchecked ? withoutChecks(target) : target))
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

const targetIn = ({ Target, TargetHealth }: TargetHealthDescription): TargetReading => ({
  id: Target?.Id ?? '',
  port: Target?.Port ?? 0,
  state: TargetHealth?.State ?? 'unknown',
  reason: TargetHealth?.Reason ?? null,
  ...(TargetHealth?.Description ? { description: TargetHealth.Description } : {}),
});

/** A function is asked for nothing beforehand unless its group says so. */
const withoutChecks = (target: TargetReading): TargetReading =>
  target.reason === 'Target.HealthCheckDisabled'
    ? { ...target, state: 'healthy', reason: null }
    : target;

/** `10.0.1.7:8080`; the ARN of a function, which has no port. */
export const nameOf = ({ id, port }: Pick<TargetReading, 'id' | 'port'>) =>
  id.startsWith('arn:') ? id : `${id}:${port}`;
