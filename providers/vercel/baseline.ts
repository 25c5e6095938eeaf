import type { Before, JsonObject } from '../../src/contract/index.ts';
import type { AliasRequest, Standing } from './sight.ts';

export interface Stage {
  readonly targetPercentage: number;
  readonly requireApproval?: boolean | undefined;
  readonly duration?: number | undefined;
}

/** What production was before the first change, and the settings that are put back at the end. */
export interface Baseline {
  readonly production: string | null;
  readonly request: { readonly to: string; readonly at: number } | null;
  /** Stages of rolling releases; null where they are off. */
  readonly stages: readonly Stage[] | null;
}

export function baselineOf(
  { production, request }: Standing,
  stages: Baseline['stages'],
): JsonObject {
  const baseline: Baseline = { production, request: request && named(request), stages };
  return baseline as unknown as JsonObject;
}

const named = ({ toDeploymentId, requestedAt }: AliasRequest) => ({
  to: toDeploymentId,
  at: requestedAt,
});

/** Null in a plan that was made without one. */
export const baselineIn = ({ baseline }: Before): Baseline | null =>
  baseline !== undefined && 'production' in baseline ? (baseline as unknown as Baseline) : null;

/** Whether nobody has asked for a change since. */
export function isUnchanged(baseline: Baseline | null, request: AliasRequest | null): boolean {
  const before = baseline?.request ?? null;
  const now = request && named(request);
  return before?.to === now?.to && before?.at === now?.at;
}
