import {
  EXIT,
  type ExitCode,
  type Observation,
  type OnFailure,
  type Outcome,
  type Result,
  type Step,
  type Stop,
} from '../../contract/index.ts';
import { begunSteps, failedUndo } from '../journal/state.ts';
import type { Session } from '../lock/session.ts';
import { WAITING } from '../lock/stop-requests.ts';
import { rollbackSteps } from '../plan/rollback-steps.ts';
import { bounded } from '../world/call-limit.ts';
import { lookAhead } from '../world/observe.ts';
import { emit } from '../world/world.ts';
import { decision } from './approval.ts';
import { bringUpUnlisted } from './capacity.ts';
import { deniedEnd } from './denied-credentials.ts';
import { type FailureMove, moveAfterFailure } from './failure-move.ts';
import { arrival, undone } from './final-check.ts';
import type { StepEnd } from './step.ts';
import { receivers } from './traffic.ts';

/** How a run of the engine left a deployment. */
export interface Ending {
  readonly deployment: string;
  readonly result: Result | Stop;
  readonly reason: string;
  readonly exit: ExitCode;
}

export const EXIT_OF_ENDING: Readonly<Record<Result | Exclude<Stop, 'interrupted'>, ExitCode>> = {
  succeeded: EXIT.done,
  'rolled-back': EXIT.rolledBack,
  waiting: EXIT.waiting,
  failed: EXIT.waiting,
  denied: EXIT.waiting,
  diverged: EXIT.refused,
  stuck: EXIT.needsPerson,
};

const A_DAY_MS = 86_400_000;

/** A step that was carried out: how it ended, and after how many ms. */
export interface CarriedOut {
  readonly step: Step;
  readonly end: StepEnd;
  readonly took: number;
}

/** What a step's end leads to: the next step, the way back, or a pause. An outcome is recorded with what comes next. */
export async function settleStep(
  session: Session,
  { step, end, took }: CarriedOut,
): Promise<Ending | { outcome: Outcome | null; again?: Step }> {
  if (end.end === 'stopped') return { outcome: null };
  if (end.end === 'undone') return { outcome: null, again: end.step };
  if (end.end === 'done') {
    const facts = 'facts' in end && end.facts ? { facts: end.facts } : {};
    const outcome = { result: 'done' as const, reason: null, gate: null, took, ...facts };
    return { outcome: note(session, step, outcome) };
  }
  const gate = 'gate' in end ? end.gate : null;
  const reason = gate ? `${gate}: ${end.reason}` : `${step.title}: ${end.reason}`;
  const move = moveAfterFailure({
    end: end.end,
    direction: session.state.direction,
    isTurnWished: session.attention.wish === 'turn',
    isHelpOnly: isHelpOnly(session, step),
    policy: policyAfter(step, gate),
  });
  if (move.kind === 'leave')
    return pauseDeployment(session, { stop: move.stop, reason, outcome: null });
  const outcome = note(session, step, { result: 'failed', reason: end.reason, gate, took });
  const logs = 'logs' in end ? end.logs : [];
  return afterFailure(session, { step, move }, { reason, gate, outcome, logs });
}

/** A start of the way back that only adds capacity to what its route leads to. */
function isHelpOnly({ state }: Session, { action }: Step): boolean {
  if (action.kind !== 'start') return false;
  return state.course.some(
    (other) => other.action.kind === 'route' && (other.action.split[action.release.id] ?? 0) > 0,
  );
}

export interface StepFailure {
  readonly reason: string;
  readonly gate: string | null;
  readonly outcome: Outcome | null;
  readonly logs: readonly string[];
}

/** A question of whose yes counts is followed by none that takes any: its own answer stands, and a gate's no waits for a person. */
function policyAfter({ action, onFailure }: Step, gate: string | null): OnFailure {
  if (onFailure !== 'ask' || action.kind !== 'approve' || !action.rules) return onFailure;
  return gate === null ? 'rollback' : 'hold';
}

async function afterFailure(
  session: Session,
  { step, move }: { readonly step: Step; readonly move: Exclude<FailureMove, { kind: 'leave' }> },
  failure: StepFailure & { readonly outcome: Outcome },
): Promise<Ending | { outcome: Outcome | null }> {
  const { outcome } = failure;
  switch (move.kind) {
    case 'stop':
      return pauseDeployment(session, { ...failure, stop: move.stop });
    case 'continue':
      return {
        outcome: { ...outcome, result: 'done', reason: `continued without it: ${outcome.reason}` },
      };
    case 'ask':
      return askAfter(session, step, failure);
    case 'roll-back':
      await turn(session, failure);
      return { outcome: null };
  }
}

async function askAfter(
  session: Session,
  step: Step,
  failure: StepFailure & { readonly outcome: Outcome },
): Promise<Ending | { outcome: Outcome | null }> {
  const question = `${failure.reason}. Continue anyway?`;
  const said = session.state.controls.length;
  const answer = await decision(session, step, { question, expires: A_DAY_MS, said });
  if (answer === 'yes')
    return {
      outcome: { ...failure.outcome, result: 'done', reason: `accepted: ${failure.reason}` },
    };
  if (answer === null && session.attention.wish === 'pause')
    return pauseDeployment(session, { ...failure, stop: 'failed' });
  await turn(session, failure);
  return { outcome: null };
}

function note(session: Session, step: Step, end: Omit<Outcome, 'step'>): Outcome {
  const outcome = { step: step.id, ...end };
  emit(session, 'step-ended', {
    outcome,
    step,
    direction: session.state.direction,
  });
  return outcome;
}

/** From here on only the way back is followed; that is recorded before anything is undone. */
export async function turn(session: Session, failure: StepFailure): Promise<void> {
  const { state } = session;
  const course = rollbackSteps(state.plan, begunSteps(state));
  const { reason, gate, outcome } = failure;
  // The platform and the pods are asked while it is written down; the platform first, because a provider
  // may share its look with the logs, and theirs is given up much sooner.
  const [first] = course;
  if (first?.action.kind === 'route')
    session.ahead = lookAhead(session, session.attention.leaving, receivers(first.action));
  const said = failure.logs.length > 0 ? failure.logs : lastLines(session);
  await session.record({ kind: 'turned', reason, gate, outcome, course });
  session.attention.turned();
  const logs = await said;
  emit(session, 'turned', { reason, gate, course, logs });
}

const LAST_LINES = 20;
/** Ms for the last lines of what is about to be removed: while it has traffic, every moment counts. */
const LAST_LINES_LIMIT_MS = { serving: 500, idle: 5000 } as const;

/** What the failed release said last, before it is gone; none where that takes too long. */
async function lastLines({ state, world, attention }: Session): Promise<readonly string[]> {
  const { access } = world.provider;
  const begun = begunSteps(state);
  if (!access || !begun.some(({ action }) => action.kind === 'start' || action.kind === 'replace'))
    return [];
  const isServing = begun.some(
    ({ action }) => action.kind === 'route' || action.kind === 'replace',
  );
  const { leaving: signal } = attention;
  const ask = (waiting: AbortSignal) =>
    access.logs(state.plan.release.id, { lines: LAST_LINES, signal: waiting });
  const within = isServing ? LAST_LINES_LIMIT_MS.serving : LAST_LINES_LIMIT_MS.idle;
  const lines = await bounded(world, ask, { what: 'logs', within, signal }).catch(() => []);
  return lines.slice(-LAST_LINES);
}

/**
 * A hook whose undo cannot be run any more would keep the target for ever. Who says that it stays as
 * it is takes it out of the way back, and the record says so.
 */
export async function shorten(session: Session): Promise<void> {
  const { state } = session;
  const left = failedUndo(state);
  if (!left || !state.turned) return;
  const message = `${left.title}: skipped, as ${state.holder.actor.name} asked`;
  const { reason, gate } = state.turned;
  const course = state.course.filter((step) => step !== left);
  await session.record({
    kind: 'turned',
    reason: `${reason}; ${message}`,
    gate,
    outcome: null,
    course,
  });
  emit(session, 'notice', { level: 'warning', message });
}

/** The outside wants it to rest: what is in flight stays recorded as such, so that a resume looks at it first. */
export function letGo(session: Session, outcome: Outcome | null): Promise<Ending> {
  const { attention } = session;
  const stop = attention.reason === WAITING ? 'waiting' : 'interrupted';
  return pauseDeployment(session, { stop, reason: attention.reason, outcome });
}

interface Pausing {
  readonly stop: Stop;
  readonly reason: string;
  /** Of the last step, where it is not recorded yet. */
  readonly outcome: Outcome | null;
}

export async function pauseDeployment(
  session: Session,
  { stop, reason, outcome }: Pausing,
): Promise<Ending> {
  const { state, attention } = session;
  await session.record({ kind: 'paused', stop, reason, outcome });
  const undo = failedUndo(session.state) !== null;
  emit(session, 'paused', { stop, reason, direction: state.direction, undo });
  const exit = stop === 'interrupted' ? attention.exit : EXIT_OF_ENDING[stop];
  return { deployment: state.id, result: stop, reason, exit };
}

/** The last look: the log says succeeded or rolled back only when the world does. */
export async function finish(
  session: Session,
  outcome: Outcome | null,
): Promise<Ending | { again: Step } | { wished: true }> {
  const { attention } = session;
  const back = session.state.direction === 'back';
  const wish = attention.wish;
  const found = await arrival(session).catch((error: unknown) => deniedEnd(session, error));
  if ('end' in found)
    return pauseDeployment(session, { stop: 'denied', reason: found.reason, outcome });
  const { observation, missing } = found;
  if (observation && !missing) return end(session, observation, outcome);
  if (attention.wish !== wish) return { wished: true };
  const again =
    observation && back
      ? ((await undone(session, null)) ?? (await bringUpUnlisted(session, observation)))
      : null;
  if (again) return { again };
  const stop = back ? 'stuck' : observation ? 'diverged' : 'failed';
  return pauseDeployment(session, { stop, reason: missing ?? '', outcome });
}

async function end(
  session: Session,
  observation: Observation,
  outcome: Outcome | null,
): Promise<Ending> {
  const { world, state } = session;
  const result: Result = state.direction === 'back' ? 'rolled-back' : 'succeeded';
  const reason = state.turned?.reason ?? `${state.plan.release.version} is live`;
  await session.record({ kind: 'ended', result, reason, outcome });
  const took = world.clock.wall() - state.openedAt;
  emit(session, 'ended', { result, reason, observation, took });
  return { deployment: state.id, result, reason, exit: EXIT_OF_ENDING[result] };
}
