/** What the command line asks of the engine. */

export { countsBad, estimateDetectionOf, type Rise, smallestSeen } from '../judge/estimate.ts';
export { written as figure } from '../judge/figures.ts';
export { type Interval as Bounds, intervalOf as sharesBetween } from '../judge/interval.ts';
export {
  type PastReading,
  type PastReadings,
  USUAL_LEAST,
  USUAL_MOST,
  usualOf,
  withTolerance,
} from '../judge/usual.ts';
export { nullIfDamaged } from './journal/damage.ts';
export { prunedNote } from './journal/floor.ts';
export {
  checkFolders,
  findDeployment,
  listDeployments,
  listRecorded,
  listTargets,
  readTarget,
  type Summary,
  type WhereRecorded,
  whereRecorded,
} from './journal/history.ts';
export { readChapterSince } from './journal/journal.ts';
export type { Log } from './journal/log.ts';
export { journalPlaceOf as placeOf } from './journal/place.ts';
export {
  advance,
  type DeploymentState,
  failedUndo,
  pickedUp,
  replay,
  stepUnderWay,
} from './journal/state.ts';
export { heldError } from './lock/errors.ts';
export { describeHolder } from './lock/holder.ts';
export {
  judgeLock,
  type Newest,
  open,
  type Past,
  readNewest,
  readPast,
  readState,
} from './lock/lock.ts';
export { type ControlWish, sendControl } from './lock/send-control.ts';
export { liveIn, withLive } from './plan/live.ts';
export { beforeOf, checkSavedPlan, checkUnchanged, freezePlan } from './plan/plan.ts';
export { expectPossible, reviewPlan as review } from './plan/review.ts';
export { objectionTo } from './run/approval.ts';
export { Gatekeeper } from './run/gatekeeper.ts';
export type { Watchable } from './run/instruments.ts';
export { drive } from './run/loop.ts';
export type { Ending } from './run/step-outcome.ts';
export { awaitEnd } from './takeover/await-release.ts';
export { clearTheWay, type Supersede } from './takeover/clear-the-way.ts';
export { resume, rollbackUnfinished } from './takeover/resume-or-roll-back.ts';
export { type Examined, examine, lastPlan } from './upkeep/examine.ts';
export { type Pruning, previewPruning, prune } from './upkeep/prune.ts';
export { mend } from './upkeep/repair.ts';
export { MeasuringWindows as Windows } from './world/measuring-windows.ts';
export { DEFAULT_PACE } from './world/pace.ts';
export { sturdy } from './world/patient-store.ts';
export type {
  Interrupts,
  JournalAccess as Reading,
  SignalName,
  World,
} from './world/world.ts';
