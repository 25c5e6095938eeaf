import { decide, type Row } from '../../lib/decision-table.ts';
import type { LockState } from '../lock/lock.ts';

/** What a new deployment finds in its way. */
export interface ClearingSituation {
  /** Of the newest deployment; `ended` also where there is none. */
  readonly lock: LockState;
  /** `--supersede cancel-older`. */
  readonly cancels: boolean;
  /** Its own process was asked to leave. */
  readonly leaving: boolean;
  /** Its time to wait is not over. */
  readonly patient: boolean;
}

export type Clearing = 'begin' | 'unwind' | 'cancel' | 'await' | 'look-again' | 'refuse';

/** Decision 0008. Whoever was asked to leave begins nothing, not even a way back. */
const CLEARING: readonly Row<ClearingSituation, Clearing>[] = [
  [{ lock: 'ended' }, 'begin'],
  [{ lock: 'dead', leaving: true }, 'refuse'],
  [{ lock: 'dead' }, 'unwind'],
  [{ lock: 'released', cancels: true, leaving: true }, 'refuse'],
  [{ lock: 'released', cancels: true }, 'unwind'],
  [{ lock: 'alive', cancels: true }, 'cancel'],
  [{ leaving: true }, 'refuse'],
  [{ patient: false }, 'refuse'],
  [{ lock: 'alive' }, 'await'],
  [{ lock: 'released' }, 'look-again'],
];

export const clearingFor = (found: ClearingSituation): Clearing => decide(CLEARING, found);

/** What a rollback of an unfinished deployment finds (decision 0008). */
export interface Unfinished {
  /** It has ended meanwhile, or another one has begun. */
  readonly over: boolean;
  readonly lock: LockState;
  readonly leaving: boolean;
  /** Its holder was asked to go back, or does so already. */
  readonly asked: boolean;
}

export type Turning = 'tell-its-end' | 'take-over' | 'refuse' | 'ask' | 'await';

const TURNING: readonly Row<Unfinished, Turning>[] = [
  [{ over: true }, 'tell-its-end'],
  [{ lock: 'ended' }, 'take-over'],
  [{ lock: 'released' }, 'take-over'],
  [{ lock: 'dead' }, 'take-over'],
  [{ leaving: true }, 'refuse'],
  [{ asked: false }, 'ask'],
  [{ asked: true }, 'await'],
];

export const turningFor = (unfinished: Unfinished): Turning => decide(TURNING, unfinished);
