import type { Judgement, Measurement } from './gate.ts';
import type { JsonObject } from './json.ts';
import type { Plan } from './plan.ts';
import type { Step } from './step.ts';

/** Who did something, as far as the machine can tell: a label, not a proof. */
export interface Actor {
  readonly name: string;
  readonly host: string;
  /** Link to the CI run, when there is one. */
  readonly url: string | null;
}

/** The process that may act on the target, named so that its death can be proven on its own machine. */
export interface Holder {
  readonly actor: Actor;
  readonly host: string;
  readonly bootId: string;
  /** Which processes its pid counts among; without it, as in older records, nothing can be proven. */
  readonly namespace?: string;
  readonly pid: number;
  /** Start time of the pid in kernel ticks, so that a reused pid is not mistaken for it. */
  readonly started: string;
  readonly nonce: string;
}

export type StepResult = 'done' | 'failed';

export interface Outcome {
  readonly step: string;
  readonly result: StepResult;
  readonly reason: string | null;
  /** The gate that decided, when one did. */
  readonly gate: string | null;
  readonly took: number;
  /** What the platform calls what an operation made: an image digest, a deployment's id. */
  readonly facts?: JsonObject;
}

/** How a deployment ended, verified: the new version serves, or what served before does. */
export type Result = 'succeeded' | 'rolled-back';

/**
 * Why a holder let go before the end. All of them can be resumed or rolled back: `interrupted` by a
 * signal or `pause`; `waiting` for an approval; `failed` under the policy `hold` or `ask`;
 * `denied` by the platform, whose credentials here are missing, expired or not allowed to; `diverged` from what we left, by other hands; `stuck` when not even the way back worked.
 */
export type Stop = 'interrupted' | 'waiting' | 'failed' | 'denied' | 'diverged' | 'stuck';

export type ControlKind = 'approve' | 'promote' | 'reject' | 'pause' | 'abort' | 'rollback';

/** A wish from another terminal, in the target's control log. The holder takes it up. */
export interface Control {
  readonly kind: ControlKind;
  readonly deployment: string;
  readonly actor: Actor;
  readonly at: number;
  /** Approvals count only for the plan they were given for. */
  readonly planHash: string;
  readonly reason: string | null;
  readonly nonce: string;
  /** Of a signed approval: whoever holds the key says so. */
  readonly token?: string;
}

export interface GateRound {
  readonly step: string;
  readonly gate: string;
  readonly at: number;
  readonly measurement: Measurement;
  readonly judgement: Judgement;
}

export type RecordBody =
  /** The deployment exists and its plan is frozen. Opens a chapter of the log. */
  | {
      readonly kind: 'opened';
      readonly plan: Plan;
      readonly holder: Holder;
      /** Controls up to this number belong to earlier deployments. */
      readonly controlSeq: number;
    }
  /** The target has a new holder: the epoch of the record is theirs. */
  | { readonly kind: 'taken'; readonly holder: Holder; readonly why: string }
  /** What became of a step, and what is begun next: one record, one write. */
  | {
      readonly kind: 'step';
      readonly outcome: Outcome | null;
      readonly intent: string | null;
      /** Which try of the step begins: absent for the first. */
      readonly attempt?: number;
    }
  | { readonly kind: 'gates'; readonly rounds: readonly GateRound[] }
  /** A control that was taken up. */
  | { readonly kind: 'control'; readonly control: Control; readonly seq: number }
  /** The deployment turned round: from here on only `course` is followed, never the plan again. */
  | {
      readonly kind: 'turned';
      readonly reason: string;
      readonly gate: string | null;
      readonly outcome: Outcome | null;
      readonly course: readonly Step[];
    }
  /** The holder let go without an end: somebody may resume or roll back. */
  | {
      readonly kind: 'paused';
      readonly stop: Stop;
      readonly reason: string;
      readonly outcome: Outcome | null;
      /** Records before it were lost: what is live may be further than the log knows. */
      readonly lost?: true;
    }
  /** Closes the chapter. */
  | {
      readonly kind: 'ended';
      readonly result: Result;
      readonly reason: string;
      readonly outcome: Outcome | null;
    };

/**
 * One entry of a target's numbered log, chained to the one before by hash. Every format keeps all
 * members but `body` as they are, and the hash is that of the others: so a version that does not
 * know a format can tell what is newer from what is damaged.
 */
export interface JournalRecord {
  /** 2: on the wire releases are in a table of their own. Whoever reads a record finds them in their places. */
  readonly v: 1 | 2;
  readonly seq: number;
  readonly epoch: number;
  readonly deployment: string;
  /** Number of the record that opened this deployment: how one reads a chapter, or jumps over it. */
  readonly chapter: number;
  readonly at: number;
  readonly nonce: string;
  readonly body: RecordBody;
  readonly prev: string;
  readonly hash: string;
}
