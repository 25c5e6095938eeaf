/** What the command line asks of the engine. */
export {
  awaitEnd,
  clearTheWay,
  resume,
  rollbackUnfinished,
  type Supersede,
} from './clear.ts';
export { nullIfDamaged } from './damage.ts';
export { drive } from './drive.ts';
export { type Examined, examine, lastPlan } from './examine.ts';
export { prunedNote } from './floor.ts';
export { Gatekeeper } from './gatekeeper.ts';
export {
  checkFolders,
  findDeployment,
  listDeployments,
  listRecorded,
  listTargets,
  readTarget,
  type Summary,
} from './history.ts';
export {
  heldError,
  judgeHold,
  type Newest,
  open,
  readNewest,
  readState,
  sendControl,
} from './hold.ts';
export { describeHolder } from './holder.ts';
export type { Watchable } from './instruments.ts';
export { readChapterSince } from './journal.ts';
export { mend } from './mend.ts';
export { placeOf } from './place.ts';
export { beforeOf, checkSavedPlan, checkUnchanged, freezePlan } from './plan.ts';
export { type Pruning, previewPruning, prune } from './prune.ts';
export { sturdy } from './retry.ts';
export { expectPossible, review } from './review.ts';
export type { Ending } from './settle.ts';
export { liveIn, withLive } from './standing.ts';
export { advance, type DeploymentState, failedUndo, replay } from './state.ts';
export {
  DEFAULT_PACE,
  type Interrupts,
  type Reading,
  type SignalName,
  type World,
} from './world.ts';
