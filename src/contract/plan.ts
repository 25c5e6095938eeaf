import type { GateSpec } from './gate.ts';
import type { JsonObject } from './json.ts';
import type { Release, Split, Target } from './release.ts';
import type { Step } from './step.ts';

/** The live state recorded before the first change: what a rollback restores. */
export interface Before {
  readonly live: Release | null;
  readonly split: Split | null;
  /** Healthy units of the live release, so that what is restored carries the load again. */
  readonly units: number;
}

/** A frozen course of steps. Plain JSON: printed, stored, hashed, resumed on another machine. */
export interface Plan {
  readonly v: 1;
  readonly target: Target;
  /** How to open the provider again without the config. */
  readonly provider: { readonly name: string; readonly connection: JsonObject };
  /** Where commands of the user's run: the folder of the config, on the machine that made the plan. */
  readonly folder: string;
  readonly strategy: string;
  readonly release: Release;
  readonly before: Before;
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
