import type { Rule, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ProviderError, type ReleaseId } from '../../src/contract/index.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { Desk } from './desk.ts';
import { weightsIn } from './forward.ts';
import { MARK, type Marks, tagsOf } from './marks.ts';
import type { RulesReading } from './reading.ts';

/** `preview` reaches a release by its id, for gates; `match` is what a plan asks for. */
type Role = 'preview' | 'match';

export interface HeaderRule {
  readonly arn: string;
  readonly role: string;
  readonly release: string;
  readonly group: string;
  readonly header: { readonly name: string; readonly value: string };
  /** Wall clock ms at which it was made, whichever machine did. */
  readonly since: number;
}

/** Our own rules: those that carry our mark. */
export function headerRulesIn({ rules, marks }: RulesReading): readonly HeaderRule[] {
  return rules.flatMap((rule) => {
    const arn = rule.RuleArn ?? '';
    const { [MARK.role]: role, [MARK.release]: release, [MARK.since]: since } = marks[arn] ?? {};
    const config = rule.Conditions?.find(({ Field }) => Field === 'http-header')?.HttpHeaderConfig;
    const group = weightsIn(rule)[0]?.group;
    if (!role || !release || !group) return [];
    const header = { name: config?.HttpHeaderName ?? '', value: config?.Values?.[0] ?? '' };
    return [{ arn, role, release, group, header, since: Number(since ?? 0) }];
  });
}

/** The rule by which gates reach this release alone. */
export const previewIn = (reading: RulesReading, release: ReleaseId) =>
  headerRulesIn(reading).find((rule) => rule.role === 'preview' && rule.release === release);

/** Ms until the load balancer has surely followed: before that, whoever sends the header is answered by what is live. */
export function unfollowed(
  { arn, since }: HeaderRule,
  { at, sights }: Pick<Desk, 'at' | 'sights'>,
): number {
  const passed = Math.max(systemClock.wall() - since, sights.since(arn));
  return Math.max(0, at.propagation - passed);
}

export type WantedRule = Omit<HeaderRule, 'arn' | 'role' | 'since'> & { readonly role: Role };

export const isSameRule = (found: HeaderRule, wanted: WantedRule) =>
  found.role === wanted.role &&
  found.release === wanted.release &&
  found.group === wanted.group &&
  found.header.name === wanted.header.name &&
  found.header.value === wanted.header.value;

/** Of a role there is at most this one rule for a release: others of ours in its place go away first. */
export async function ensureHeaderRule(
  desk: Pick<Desk, 'calls' | 'at' | 'signal'>,
  reading: RulesReading,
  wanted: WantedRule,
): Promise<void> {
  const { calls, at, signal } = desk;
  const own = headerRulesIn(reading);
  if (own.some((rule) => isSameRule(rule, wanted))) return;
  const stale = own.filter(({ role, group }) => role === wanted.role && group === wanted.group);
  await deleteRules(desk, stale);
  const Priority = freePriority(reading);
  if (Priority === null) throw new ProviderError('permanent', noPriority(reading.main));
  const marks: Marks = {
    [MARK.role]: wanted.role,
    [MARK.release]: wanted.release,
    [MARK.since]: String(systemClock.wall()),
  };
  await calls.write(
    (sdk, options) =>
      sdk.createRule(
        {
          ListenerArn: at.listener,
          Priority,
          Conditions: [...conditionsOf(reading.main), headerCondition(wanted.header)],
          Actions: [
            ...guardsOf(reading.main),
            { Type: 'forward', TargetGroupArn: wanted.group, Order: lastOrder(reading.main) },
          ],
          Tags: tagsOf(marks),
        },
        options,
      ),
    signal,
  );
}

export async function deleteRules(
  { calls, signal }: Pick<Desk, 'calls' | 'signal'>,
  rules: readonly HeaderRule[],
): Promise<void> {
  for (const { arn } of rules)
    await calls.write((sdk, options) => sdk.deleteRule({ RuleArn: arn }, options), signal);
}

const headerCondition = ({ name, value }: HeaderRule['header']): RuleCondition => ({
  Field: 'http-header',
  HttpHeaderConfig: { HttpHeaderName: name, Values: [value] },
});

/** Whoever must sign in for the service must do so for its preview, too. */
const guardsOf = ({ Actions = [] }: Rule) => Actions.filter(({ Type }) => Type !== 'forward');
const lastOrder = ({ Actions = [] }: Rule) => Actions.find(({ Type }) => Type === 'forward')?.Order;

/** What AWS echoes twice is sent once. */
const CONFIGS = ['HostHeaderConfig', 'PathPatternConfig'] as const;

export function conditionsOf({ Conditions = [] }: Rule): RuleCondition[] {
  return Conditions.map((condition) => {
    const { Values: _, ...rest } = condition;
    return CONFIGS.some((config) => condition[config]) ? rest : condition;
  });
}

/** Right before the rule of the service: whatever comes before that comes before ours as well. Null where none is free. */
export function freePriority({ rules, main }: Pick<RulesReading, 'rules' | 'main'>): number | null {
  const taken = new Set(rules.map(({ Priority }) => Number(Priority)));
  const end = main.IsDefault ? 50_000 : Number(main.Priority) - 1;
  for (let priority = end; priority >= 1; priority--) if (!taken.has(priority)) return priority;
  return null;
}

export const noPriority = ({ Priority }: Rule) =>
  `no priority is free before rule ${Priority}, so that nothing can reach a release by a header: renumber the rules of the listener`;
