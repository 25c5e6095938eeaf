import {
  type Direction,
  failureClass,
  isDeployError,
  isOperation,
  isProviderError,
  type Outcome,
  type Step,
} from '../../contract/index.ts';
import { decide, type Row } from '../../lib/decision-table.ts';
import { OVER } from '../../lib/linked-signal.ts';
import { Superseded } from '../journal/journal.ts';
import { nextStep, pickedUp } from '../journal/state.ts';
import { supersededError } from '../lock/errors.ts';
import type { Session } from '../lock/session.ts';
import type { Wish } from '../lock/stop-requests.ts';
import { tidy } from '../upkeep/prune-at-end.ts';
import { emit } from '../world/world.ts';
import { limitDeployment } from './deployment-deadline.ts';
import { journalOutrun, platformRefused } from './errors.ts';
import { perform } from './step.ts';
import {
  type CarriedOut,
  type Ending,
  finish,
  letGo,
  pauseDeployment,
  settleStep,
  shorten,
  turn as turnRound,
} from './step-outcome.ts';

/** Follows the course of a deployment until it ends, or this holder lets go. */
export async function drive(
  session: Session,
  { turn, skipUndo = false }: { turn?: string; skipUndo?: boolean } = {},
): Promise<Ending> {
  const over = limitDeployment(session);
  try {
    announce(session);
    await session.begin();
    if (skipUndo) await shorten(session);
    if (turn) session.attention.turn(turn);
    return await followCourse(session);
  } catch (error) {
    const left = unrecordedEnd(session, error) ?? (await rested(session, error));
    if (left) return left;
    throw await explainedEnd(session, error);
  } finally {
    over.abort(OVER);
    await session.end();
    await tidy(session);
  }
}

function announce(session: Session): void {
  const { state } = session;
  const resumed = state.seq !== state.chapter;
  emit(session, 'begun', {
    plan: state.plan,
    actor: state.holder.actor,
    resumed,
    direction: state.direction,
    ...(resumed ? pickedUp(state) : {}),
  });
}

/** Whoever is refused by the log or by the platform's fence says so, and stops. */
async function explainedEnd(session: Session, error: unknown): Promise<unknown> {
  if (error instanceof Superseded) return supersededError(error);
  if (failureClass(error) === 'fenced') {
    const newer = await session.successor().catch(() => null);
    return newer
      ? supersededError(new Superseded(newer))
      : journalOutrun(session.world, error as Error);
  }
  return isProviderError(error) ? platformRefused(error) : error;
}

const SILENCED: readonly string[] = ['store-failed', 'store-denied'];

/** Who must leave at once and cannot even say so in the log has been interrupted all the same. */
function unrecordedEnd({ attention, state }: Session, error: unknown): Ending | null {
  const silenced = isDeployError(error) && SILENCED.includes(error.code);
  if (!silenced || !attention.leaving.aborted) return null;
  const reason = `${attention.reason}, which could not be recorded: ${error.message}`;
  return { deployment: state.id, result: 'interrupted', reason, exit: attention.exit };
}

/** A store that takes no signs of life may still take a word: then the deployment rests, and is not left for dead. */
async function rested(session: Session, error: unknown): Promise<Ending | null> {
  const silenced = isDeployError(error) && SILENCED.includes(error.code);
  return silenced
    ? pauseDeployment(session, { stop: 'failed', reason: error.message, outcome: null }).catch(
        () => null,
      )
    : null;
}

/** What stands before the next move. */
export interface LoopSituation {
  readonly wish: Wish | null;
  readonly direction: Direction;
  /** A step of the course is left, or has to be done again. */
  readonly hasStep: boolean;
}

export type LoopMove = 'turn-round' | 'let-go' | 'finish' | 'carry-out';

const LOOP_MOVES: readonly Row<LoopSituation, LoopMove>[] = [
  [{ wish: 'turn', direction: 'forward' }, 'turn-round'],
  [{ wish: 'pause' }, 'let-go'],
  [{ hasStep: false }, 'finish'],
  [{ hasStep: true }, 'carry-out'],
];

export const moveFor = (standing: LoopSituation): LoopMove => decide(LOOP_MOVES, standing);

/** Where the loop stands between two steps. */
interface Between {
  /** Of the last step, where it is not recorded yet. */
  readonly outcome: Outcome | null;
  /** A step that was done and has to be done again. */
  readonly again: Step | null;
}

const NOTHING_LEFT: Between = { outcome: null, again: null };

async function followCourse(session: Session): Promise<Ending> {
  for (let at: Ending | Between = NOTHING_LEFT; ; ) {
    at = await goOn(session, at);
    if ('result' in at) return at;
  }
}

async function goOn(session: Session, { outcome, again }: Between): Promise<Ending | Between> {
  const { attention, state } = session;
  const step = again ?? nextStep(state, outcome);
  const { wish } = attention;
  switch (moveFor({ wish, direction: state.direction, hasStep: step !== null })) {
    case 'turn-round':
      await turnRound(session, { reason: attention.reason, gate: null, outcome, logs: [] });
      return NOTHING_LEFT;
    case 'let-go':
      return letGo(session, outcome);
    case 'finish': {
      const finished = await finish(session, outcome);
      if ('result' in finished) return finished;
      return { outcome, again: 'again' in finished ? finished.again : null };
    }
    case 'carry-out':
      return afterStep(session, step as Step, { outcome, again });
  }
}

async function afterStep(
  session: Session,
  step: Step,
  { outcome, again }: Between,
): Promise<Ending | Between> {
  const done = await carryOut(session, step, outcome);
  const settled = await settleStep(session, done);
  if ('result' in settled) return settled;
  const isBuiltOn = again !== null && settled.outcome !== null;
  const next = settled.again ?? (isBuiltOn ? doneAfter(session, step) : null);
  return { outcome: settled.outcome, again: next };
}

/** Whatever was built on a step that is done again is done again as well. */
function doneAfter({ state }: Session, step: Step): Step | null {
  // Forward only capacity is made again, which nothing else is built on.
  if (state.direction === 'forward') return null;
  const { course, outcomes } = state;
  const done = new Set(outcomes.filter(({ result }) => result === 'done').map((one) => one.step));
  const later = course.slice(course.indexOf(step) + 1);
  return later.find(({ id, action }) => done.has(id) && isOperation(action)) ?? null;
}

/** Records the intent together with the outcome before it, then does it. */
async function carryOut(
  session: Session,
  step: Step,
  outcome: Outcome | null,
): Promise<CarriedOut> {
  const { world, state } = session;
  const { course, direction } = state;
  const resumed = state.inFlight === step.id && outcome === null;
  if (!resumed) await session.record({ kind: 'step', outcome, intent: step.id });
  emit(session, 'step-begun', {
    step,
    number: course.indexOf(step) + 1,
    of: course.length,
    direction,
  });
  const begun = world.clock.monotonic();
  const end = await perform(session, step, resumed);
  return { step, end, took: Math.round(world.clock.monotonic() - begun) };
}
