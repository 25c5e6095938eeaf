import type { OnFailure } from './step.ts';
import type { ApprovalSettings, CommonSettings } from './strategy.ts';

/**
 * What a config says to the built-in strategies, worked out: durations in ms, percents 0–100. Here,
 * because the config layer writes it and the strategies read it, and neither knows the other.
 */

/** Requests that shall reach the candidate by name; its id is filled in when the plan is made. */
export interface MatchRule {
  readonly header?: { readonly name: string; readonly value: string };
  readonly cookie?: { readonly name: string; readonly value: string };
}

export interface CanaryStage {
  /** Percent of the traffic. */
  readonly weight: number;
  readonly duration: number;
  /** Percent of full capacity; null for the last one given, or as much as the weight needs. */
  readonly capacity: number | null;
  /** Watch besides the gates of the whole deployment. */
  readonly gates: readonly string[];
  /** Asked before the stage gets its traffic. */
  readonly approval: ApprovalSettings | null;
  /** From this stage on, until the last. */
  readonly match: MatchRule | null;
  readonly onFailure: OnFailure | null;
}

export interface CanarySettings extends CommonSettings {
  /** A last stage of 100 % is understood when it is not written. */
  readonly stages: readonly CanaryStage[];
  /** Asked before the last stage. */
  readonly approval: ApprovalSettings | null;
}

export interface BlueGreenSettings extends CommonSettings {
  /** Asked before the switch. */
  readonly approval: ApprovalSettings | null;
  /** Who reaches the new release before the switch, on the public address. */
  readonly match: MatchRule | null;
}

/** Units, or percent of all units. */
export type Amount = { readonly count: number } | { readonly percent: number };

export interface RollingSettings extends CommonSettings {
  readonly batch: Amount;
  /** How many units may be missing, and how many may be there besides, on the way. */
  readonly maxUnavailable: Amount;
  readonly maxSurge: Amount;
  /** Ms between two batches. */
  readonly pause: number;
  /** How many times a batch may fail before the deployment fails. */
  readonly maxFailures: number;
  /** After the first unit all others in one step, in the platform's own order, while the gates watch. */
  readonly native?: boolean | undefined;
}
