import type { Direction, OnFailure, Stop } from '../../contract/index.ts';
import { decide, type Row } from '../../lib/decision-table.ts';
import type { StepEnd } from './step.ts';

/** An end of a step that is neither success nor a stop from outside. */
type FailedEnd = Exclude<StepEnd, { end: 'stopped' | 'undone' | 'done' }>;

/** What decides where a failed step leads. */
export interface FailureSituation {
  readonly end: FailedEnd['end'];
  readonly direction: Direction;
  /** A person wants the deployment rolled back. */
  readonly isTurnWished: boolean;
  /** On the way back: the step only adds capacity to the old release. */
  readonly isHelpOnly: boolean;
  readonly policy: OnFailure;
}

/** `leave` stops and keeps the step open, so that a resume looks at it first; all others record that it failed. */
export type FailureMove =
  | { readonly kind: 'leave'; readonly stop: Stop }
  | { readonly kind: 'stop'; readonly stop: Stop }
  | { readonly kind: 'continue' | 'ask' | 'roll-back' };

const leave = (stop: Stop): FailureMove => ({ kind: 'leave', stop });

const FAILURE_MOVES: readonly Row<FailureSituation, FailureMove>[] = [
  [{ end: 'diverged', isTurnWished: false }, leave('diverged')],
  [{ end: 'denied', isTurnWished: false }, leave('denied')],
  [{ end: 'unreachable', isTurnWished: false, direction: 'forward' }, leave('failed')],
  [{ end: 'unreachable', isTurnWished: false, direction: 'back' }, leave('stuck')],
  // Traffic on few units of the old release is better than traffic on the bad one.
  [{ direction: 'back', isHelpOnly: true }, { kind: 'continue' }],
  [{ direction: 'back' }, { kind: 'stop', stop: 'stuck' }],
  [{ isTurnWished: true }, { kind: 'roll-back' }],
  [{ policy: 'hold' }, { kind: 'stop', stop: 'failed' }],
  [{ policy: 'ask' }, { kind: 'ask' }],
  [{ policy: 'rollback' }, { kind: 'roll-back' }],
];

export const moveAfterFailure = (situation: FailureSituation): FailureMove =>
  decide(FAILURE_MOVES, situation);
