import type { Match, Release, ReleaseId, Split } from './release.ts';
import type { SecretReference } from './secret.ts';

export const OPERATION_KINDS = ['start', 'scale', 'route', 'replace', 'promote', 'retire'] as const;
export type OperationKind = (typeof OPERATION_KINDS)[number];

/**
 * An operation makes one absolute state true. It carries all it needs, so it can be stored, sent
 * twice, read back by another machine, and undone without the repository.
 */
export type Operation = Start | Scale | Route | Replace | Promote | Retire;

/**
 * The release is up at this capacity, verified, with no change to traffic (unless the platform says
 * `startsWithTraffic`: then with the first of its weights).
 */
export interface Start {
  readonly kind: 'start';
  readonly release: Release;
  /**
   * Percent of `Observation.full`, whatever that is when it is applied. While an autoscaler moves it,
   * `verify` answers `pending` with `again` once it has grown; never `diverged`.
   */
  readonly capacity: number;
  /** Never fewer units than these, whatever full is now: what carried the load before. */
  readonly units?: number;
  /** The weights the plan will route to it, in order: some platforms must know them beforehand. */
  readonly weights: readonly number[];
  /** Nobody asks it by itself before it has traffic: a way to it alone is not waited for. */
  readonly unasked?: true;
}

/** The release has this capacity, in percent of full, as `start` means it. */
export interface Scale {
  readonly kind: 'scale';
  readonly release: ReleaseId;
  readonly capacity: number;
  readonly units?: number;
}

/**
 * Traffic is split so; a release that is not named has none. Done only when read back, and when
 * propagation has been waited out. Where the platform itself goes on raising the weight (`coupled`),
 * it is done on the way forward as soon as the new release has at least its weight, and stays so.
 */
export interface Route {
  readonly kind: 'route';
  readonly split: Split;
  readonly match: Match | null;
  /**
   * The same release gets more of the traffic right after it, and until then nothing is judged or
   * taken away: propagation is waited out only behind the last of such changes.
   */
  readonly passing?: true;
}

/**
 * `replaced` of `of` units run `release`, the others run `from`; traffic follows the units. A share,
 * rounded up, where the platform has another number of units by now: `replaced === of` is all of them,
 * 0 is none. What it leaves stands by itself: if nobody calls again, no further unit changes.
 */
export interface Replace {
  readonly kind: 'replace';
  readonly release: Release;
  readonly from: Release;
  readonly replaced: number;
  readonly of: number;
  /** How many units above `of` may exist, and how many below `of` may be ready, on the way. */
  readonly surge: number;
  readonly unavailable: number;
}

/** The release is what the platform calls live. On many platforms only a record. */
export interface Promote {
  readonly kind: 'promote';
  readonly release: ReleaseId;
}

/** Nothing of `release` is left, drained before removed; only `keeps` serves (null: nothing does). */
export interface Retire {
  readonly kind: 'retire';
  readonly release: ReleaseId;
  readonly keeps: ReleaseId | null;
}

/** Ask the gates now; all must pass. */
export interface Check {
  readonly kind: 'check';
  readonly gates: readonly string[];
  /** Which release is asked; `null` for the service as users reach it. */
  readonly release: ReleaseId | null;
}

/** Let time pass while the step's gates watch; the end needs each of them passing. */
export interface Hold {
  readonly kind: 'hold' | 'bake';
  readonly duration: number;
  /** How long inconclusive gates may extend it before the policy decides. */
  readonly extension: number;
}

/** Wait for a person. */
export interface Approve {
  readonly kind: 'approve';
  readonly question: string;
  /** Ms after which the answer counts as no. */
  readonly expires: number;
  /** Whose yes counts; where nothing is said, one of anybody. A no of anybody always counts. */
  readonly rules?: ApprovalRules;
}

export interface ApprovalRules {
  /** How many people must say yes; 1 by default. */
  readonly quorum?: number;
  /** Only theirs counts. */
  readonly approvers?: readonly string[];
  /** Whoever began the deployment does not count. */
  readonly notInitiator?: true;
  /** A yes without words does not count. */
  readonly reason?: true;
  /** A yes counts only with a token that is signed with this: else a name is what a machine says of itself. */
  readonly key?: SecretReference;
}

/** A command of the user's: an argument vector, never a shell line. */
export interface Run {
  readonly kind: 'run';
  readonly name: string;
  readonly command: readonly string[];
  readonly timeout: number;
  /** Run when the deployment is unwound after this step has begun. */
  readonly undo: readonly string[] | null;
}

export type Action = Operation | Check | Hold | Approve | Run;

export const PHASES = [
  'preflight',
  'start',
  'check',
  'shift',
  'promote',
  'bake',
  'retire',
] as const;
export type Phase = (typeof PHASES)[number];

/** What a failure in this step leads to. */
export const ON_FAILURE = ['rollback', 'hold', 'ask'] as const;
export type OnFailure = (typeof ON_FAILURE)[number];

/** What a step is expected to cost; shown by `deployctl plan`. */
export interface Estimate {
  /** Ms when all goes well, and ms until its deadline gives up. */
  readonly best: number;
  readonly worst: number;
  /** Percent of the traffic on the candidate while it goes on. */
  readonly weight: number;
}

export interface Step {
  /** Stable inside the plan: `03-route`. */
  readonly id: string;
  readonly phase: Phase;
  /** For people: `stage 1 of 3: 5 %`. */
  readonly title: string;
  readonly action: Action;
  /** Gates that sample while this step goes on; one failing ends it at once. */
  readonly watch: readonly string[];
  readonly onFailure: OnFailure;
  /** Ms after which a try of the step has failed, and how many tries it has. */
  readonly deadline: number;
  readonly attempts: number;
  readonly estimate: Estimate;
}

export function isOperation(action: Action): action is Operation {
  return OPERATION_KINDS.some((kind) => kind === action.kind);
}
