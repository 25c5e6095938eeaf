import type { GateSpec } from './gate.ts';
import type { JsonObject } from './json.ts';
import type { Capabilities } from './observation.ts';
import type { Match, Release, Split, Target } from './release.ts';
import type { Step } from './step.ts';
import type { CommonSettings } from './strategy.ts';

/** The live state recorded before the first change: what a rollback restores. */
export interface Before {
  readonly live: Release | null;
  readonly split: Split | null;
  /** Healthy units of the live release, so that what is restored carries the load again. */
  readonly units: number;
  /** Whole releases of whatever else has a share of the split: a way back restores them, too. */
  readonly others?: readonly Release[];
  readonly match?: Match | null;
  /** The provider's own settings as they were, handed to it with every operation. */
  readonly baseline?: JsonObject;
}

/** A frozen course of steps. Plain JSON: printed, stored, hashed, resumed on another machine. */
export interface Plan {
  readonly v: 1;
  /** What a reader must know how to do beyond the first edition; one that does not refuses the plan as newer. */
  readonly needs?: readonly string[];
  readonly target: Target;
  /** How to open the provider again without the config. */
  readonly provider: { readonly name: string; readonly connection: JsonObject };
  /** Where commands of the user's run: the folder of the config, on the machine that made the plan. */
  readonly folder: string;
  readonly strategy: string;
  readonly release: Release;
  readonly before: Before;
  /** What the target could do when the plan was made: a way back relies on it when the platform is silent. */
  readonly capabilities?: Capabilities;
  /** The time limits that the config gave, for a later rollback without the config. */
  readonly timeouts?: CommonSettings['timeouts'];
  readonly steps: readonly Step[];
  /** Only the gates that a step names. */
  readonly gates: Readonly<Record<string, GateSpec>>;
  /** Ms for the whole forward course; null for none. A rollback has its own. */
  readonly deadline: number | null;
  readonly rollbackDeadline: number;
  /** The deployment this plan undoes, when it is a rollback. */
  readonly undoes: string | null;
  /** What an interrupt leads to. */
  readonly onInterrupt: 'pause' | 'rollback';
  /** How many deployments the journal keeps once this one has ended; all where nothing is said. */
  readonly keep?: number;
  /** What a person should read before saying yes. */
  readonly notes: readonly string[];
  /** sha256 of the canonical JSON of all the above. Approvals are bound to it. */
  readonly hash: string;
}
