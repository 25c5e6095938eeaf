import type {
  DescribeTargetHealthCommandOutput,
  ElasticLoadBalancingV2,
  Rule,
  TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Caller } from '../../src/clients/aws/caller.ts';
import { ProviderError } from '../../src/contract/index.ts';
import type { Kept } from './compute/compute.ts';
import { type Connection, placeOf } from './connection.ts';
import type { Desk } from './desk.ts';
import { weightsIn } from './forward.ts';
import { unlessGone } from './gone-resources.ts';
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
  /**
   * What the config names and AWS does not know any more, neither in a list nor by its name. A rule that
   * is gone has no action, and nothing is made in its place.
   */
  readonly gone: readonly string[];
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
  for (const [arn, targets] of [
    [at.blue, blue],
    [at.green, green],
  ] as const)
    if ((targets === null) !== rules.gone.includes(arn)) throw contradiction(arn);
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
  /** Null where nobody has asked for them, or AWS knows no such group. */
  readonly targets: readonly TargetReading[] | null;
}

export function groupIn(arn: string, { rules, targets, kept }: GroupParts): GroupReading {
  return {
    arn,
    marks: rules.marks[arn] ?? {},
    weight: weightsIn(rules.main).find(({ group }) => group === arn)?.weight ?? null,
    targets: targets ?? [],
    ...(targets || rules.gone.includes(arn) ? {} : { isUncounted: true }),
    kept: kept.get(arn) ?? null,
  };
}

export async function lookAtRules(desk: RulesDesk): Promise<RulesReading> {
  const { calls, at, signal } = desk;
  const { rules, main, missing } = await listRules(desk);
  const ours = rules.filter((rule) => mayBeOurs(rule, at)).map(({ RuleArn = '' }) => RuleArn);
  const { marks, unknown } = await readMarks(
    calls,
    [at.blue, at.green, placeOf(at), ...ours],
    signal,
  );
  if ((missing !== null) !== unknown.includes(placeOf(at))) throw contradiction(placeOf(at));
  const groups = [at.blue, at.green].filter((arn) => unknown.includes(arn));
  if (missing !== null && groups.length === 2) throw nothingKnown(at);
  const gone = missing === null ? groups : [missing, ...groups];
  // A rule of ours that went away between the two calls.
  return {
    rules: rules.filter(({ RuleArn = '' }) => !unknown.includes(RuleArn)),
    main,
    gone,
    marks,
  };
}

/** One answer of AWS has it and the next one has not: whichever lags, the next look decides. */
const contradiction = (arn: string) =>
  new ProviderError('transient', `AWS gives contradictory answers about ${arn}`);

/** What others delete is seldom all of it: these are likely the credentials of another account. */
const nothingKnown = ({ listener }: RulesDesk['at']) =>
  new ProviderError(
    'denied',
    `AWS does not know the listener ${listener}, nor either of the target groups: the credentials are of another account, or all of them were deleted`,
  );

export interface ListedRules {
  readonly rules: readonly Rule[];
  /** The one that serves the service; without actions where it is missing. */
  readonly main: Rule;
  /** The listener that nobody knows, or the rule that it has not got. */
  readonly missing: string | null;
}

/** All rules of the listener, and the one that serves the service. */
export async function listRules(desk: RulesDesk): Promise<ListedRules> {
  const { listener, rule } = desk.at;
  const listed = await unlessGone(pagesOfRules(desk, listener));
  const rules = listed ?? [];
  const main = rules.find(({ RuleArn, IsDefault }) => (rule ? RuleArn === rule : IsDefault));
  if (main) return { rules, main, missing: null };
  return {
    rules,
    main: { RuleArn: rule ?? undefined, Actions: [] },
    missing: listed ? placeOf(desk.at) : listener,
  };
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
): Promise<TagsReading> {
  const marks: Record<string, Marks> = {};
  const unknown: string[] = [];
  const ask = async (ResourceArns: string[]): Promise<void> => {
    const told = await unlessGone(
      calls.read((sdk, options) => sdk.describeTags({ ResourceArns }, options), signal),
    );
    for (const { ResourceArn = '', Tags = [] } of told?.TagDescriptions ?? [])
      marks[ResourceArn] = marksIn(Tags);
    if (told) return;
    if (ResourceArns.length === 1) unknown.push(...ResourceArns);
    // One that it does not know, and AWS tells of none of them: so each is asked for by itself.
    else for (const arn of ResourceArns) await ask([arn]);
  };
  for (let from = 0; from < arns.length; from += TAGGED_AT_ONCE)
    await ask(arns.slice(from, from + TAGGED_AT_ONCE));
  return { marks, unknown };
}

export interface TagsReading {
  readonly marks: RulesReading['marks'];
  /** Those that AWS does not know. */
  readonly unknown: readonly string[];
}

/** Null where AWS knows no such group. */
export async function readTargets(
  { calls, compute, signal }: Desk,
  TargetGroupArn: string,
): Promise<readonly TargetReading[] | null> {
  const answer: DescribeTargetHealthCommandOutput | null = await unlessGone(
    calls.read((sdk, options) => sdk.describeTargetHealth({ TargetGroupArn }, options), signal),
  );
  if (!answer) return null;
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
