/** What the command line asks of the engine. */
export { Attention, type Interrupts, type SignalName } from './attention.ts';
export {
  awaitEnd,
  type ClearOptions,
  clearTheWay,
  resume,
  rollbackUnfinished,
  type Supersede,
} from './clear.ts';
export { drive } from './drive.ts';
export { Gatekeeper, type Judge, type Watchable } from './gatekeeper.ts';
export { findDeployment, listDeployments, listTargets, type Summary } from './history.ts';
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
export { readChapterSince } from './journal.ts';
export { checkSavedPlan, freezePlan, type PlanDraft } from './plan.ts';
export type { Ending } from './settle.ts';
export { advance, type DeploymentState, replay } from './state.ts';
export { type CommandResult, DEFAULT_PACE, type Pace, type Reading, type World } from './world.ts';
