import type { Before, JsonObject } from '../../src/contract/index.ts';

export interface Stage {
  readonly targetPercentage: number;
  readonly requireApproval?: boolean | undefined;
  readonly duration?: number | undefined;
}

/** Settings of the project that a deployment changes on its way, and that are put back at its end. */
export interface Baseline {
  /** Stages of rolling releases; null where they are off. */
  readonly stages: readonly Stage[] | null;
}

export function vercelBaselineOf(stages: Baseline['stages']): JsonObject {
  return { stages } satisfies Baseline as unknown as JsonObject;
}

/** Null in a plan that was made without one. */
export const baselineIn = ({ baseline }: Before): Baseline | null =>
  baseline !== undefined && 'stages' in baseline ? (baseline as unknown as Baseline) : null;
