import type { Observation } from './observation.ts';
import type { Release } from './release.ts';
import type { Configurable } from './schema.ts';
import type { ApprovalRules, OnFailure, Phase, Step } from './step.ts';

/** A command of the user's, run before or after a phase. */
export interface Hook {
  readonly name: string;
  readonly run: readonly string[];
  readonly undo: readonly string[] | null;
  readonly timeout: number;
}

export interface ApprovalSettings {
  readonly question: string | null;
  readonly expires: number;
  readonly rules?: ApprovalRules;
}

/** What every strategy is given, whatever it does with it. Durations in ms, percents 0–100. */
export interface CommonSettings {
  /** Gates asked before anything is touched, against what serves now. */
  readonly preflight: readonly string[];
  /** Gates asked of the candidate at its own address, before it gets traffic. */
  readonly check: readonly string[];
  /** Gates that watch as long as the candidate has traffic. */
  readonly gates: readonly string[];
  readonly bake: { readonly duration: number; readonly gates: readonly string[] };
  /** Ms the old release stays warm after the bake; `next` leaves it up until the next deployment. */
  readonly retire: { readonly after: number | 'next' };
  /** Policy per phase. A phase not named rolls back; only `retire` holds, because a clean-up that fails is no reason to take a proven release away. */
  readonly onFailure: Readonly<Partial<Record<Phase, OnFailure>>>;
  readonly hooks: Readonly<
    Partial<Record<Phase, { readonly before: readonly Hook[]; readonly after: readonly Hook[] }>>
  >;
  readonly timeouts: {
    /** For the release to come up healthy. */
    readonly start: number;
    /** Time limit for a change of traffic to be read back. */
    readonly route: number;
    /** For drain and removal. */
    readonly retire: number;
    /** For a `check` to pass. */
    readonly check: number;
  };
  /** How long inconclusive gates may extend a hold. */
  readonly extension: number;
}

export interface PlanInput<Settings extends CommonSettings = CommonSettings> {
  readonly observation: Observation;
  readonly release: Release;
  /** The live release, complete; null for a first deployment. */
  readonly live: Release | null;
  readonly settings: Settings;
}

/** A stretch of time in which gates watch, as the settings give it. */
export interface Stretch {
  /** Where it is written below the strategy's own section; the first of these that is. */
  readonly at: readonly (readonly PropertyKey[])[];
  readonly duration: number;
  readonly gates: readonly string[];
}

/** What a config says of gates in the options that only this strategy has. */
export interface GateUse {
  readonly references: readonly { readonly gate: string; readonly at: readonly PropertyKey[] }[];
  /** In the order of the course, from the moment the candidate has traffic until the bake. */
  readonly stretches: readonly Stretch[];
}

/**
 * A strategy turns what is live and what is wanted into steps. Pure and synchronous: no clock, no
 * I/O, no randomness; the same input gives the same steps, byte for byte. It throws a DeployError
 * with code `plan-refused` for what this target cannot do, and never plans something else instead.
 */
export interface Strategy<Settings extends CommonSettings = CommonSettings> extends Configurable {
  readonly name: string;
  plan(input: PlanInput<Settings>): readonly Step[];
  /** What a person should know before saying yes, that is no reason to refuse. */
  notes?(input: PlanInput<Settings>): readonly string[];
  /** So that an unknown gate, and a stretch too short for one, are told when the config is checked. */
  gateUse?(settings: Settings): GateUse;
}
