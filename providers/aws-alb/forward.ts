import type { Action, Rule, TargetGroupTuple } from '@aws-sdk/client-elastic-load-balancing-v2';

/** The most that a weight can be. */
const HEAVIEST = 999;

export interface Weighed {
  readonly group: string;
  readonly weight: number;
}

export const forwardIn = (rule: Rule): Action | null =>
  rule.Actions?.find(({ Type }) => Type === 'forward') ?? null;

/** The groups of the forward action with their weights; one group alone has all of it. */
export function weightsIn(rule: Rule): readonly Weighed[] {
  const action = forwardIn(rule);
  const tuples = action?.ForwardConfig?.TargetGroups ?? [];
  if (tuples.length > 0)
    return tuples.map(({ TargetGroupArn = '', Weight = 1 }) => ({
      group: TargetGroupArn,
      weight: Weight,
    }));
  return action?.TargetGroupArn ? [{ group: action.TargetGroupArn, weight: 1 }] : [];
}

/** All actions of the rule as they are, but with these weights. */
export function withWeights(rule: Rule, weights: readonly Weighed[]): Action[] {
  return (rule.Actions ?? []).map((action) => {
    if (action.Type !== 'forward') return action;
    // With two groups the single name that AWS echoes beside the list is a contradiction.
    const { TargetGroupArn: _, ForwardConfig, ...rest } = action;
    const TargetGroups: TargetGroupTuple[] = weights.map(({ group, weight }) => ({
      TargetGroupArn: group,
      Weight: weight,
    }));
    return { ...rest, ForwardConfig: { ...ForwardConfig, TargetGroups } };
  });
}

/** Seconds for which users are pinned to their group; 0 where they are not. */
export function pinnedFor(rule: Rule): number {
  const { Enabled, DurationSeconds = 0 } =
    forwardIn(rule)?.ForwardConfig?.TargetGroupStickinessConfig ?? {};
  return Enabled ? DurationSeconds : 0;
}

/** Percents as whole weights: the very numbers where they are whole, else as fine as AWS has it. */
export function weightOf(percent: number, isFine: boolean): number {
  return isFine ? Math.round((percent / 100) * HEAVIEST) : percent;
}

export const needsFine = (percents: readonly number[]) =>
  percents.some((percent) => !Number.isInteger(percent));

/** Weights as percents of their sum. */
export function albSharesOf(weights: readonly Weighed[]): ReadonlyMap<string, number> {
  const sum = weights.reduce((all, { weight }) => all + weight, 0);
  return new Map(weights.map(({ group, weight }) => [group, sum === 0 ? 0 : (weight / sum) * 100]));
}

/** As near as weights of at most 999 can come to a percentage. */
const ALB_DUST = 0.06;

export const isShare = (found: number, wanted: number) => Math.abs(found - wanted) < ALB_DUST;
