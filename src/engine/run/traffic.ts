import type { Observation, Retire, Route, Step } from '../../contract/index.ts';
import { decide, type Row } from '../../lib/decision-table.ts';
import type { Session } from '../lock/session.ts';
import { freshFrom, type ObserveSight, observePatiently } from '../world/observe.ts';
import { emit } from '../world/world.ts';
import { findOutgrown, missingCapacity, reinforce } from './capacity.ts';
import { lostEnd, type OperationEnd } from './operation.ts';
import { timingOf } from './timing.ts';
import { upByName } from './unlisted-release.ts';

const UNREADY = 1000;

interface CarryLimits {
  readonly left: number;
  readonly signal: AbortSignal;
  /** On the way back: an earlier step that came undone. */
  readonly undone: () => Promise<Step | null>;
  /** On the way back: what its traffic needs is nowhere any more, in words. */
  readonly lost: () => Promise<string | null>;
}

/** What is known when traffic waits for capacity. */
export interface CapacityWait {
  /** The platform has answered. */
  readonly seen: boolean;
  /** On the way back: the old release has shrunk and can be brought up. */
  readonly shrunk: boolean;
  /** A release of the split has no verified healthy capacity for its weight. */
  readonly short: boolean;
  readonly leaving: boolean;
  /** An earlier step is not true any more; known only once it was looked for. */
  readonly undone: boolean | 'unknown';
  /** The time of the step is over. */
  readonly late: boolean;
}

export type Carrying =
  | 'repeat'
  | 'carried'
  | 'stop'
  | 'unreachable'
  | 'look-back'
  | 'fail'
  | 'wait';

const CARRYING: readonly Row<CapacityWait, Carrying>[] = [
  [{ shrunk: true }, 'repeat'],
  [{ seen: true, short: false }, 'carried'],
  [{ leaving: true }, 'stop'],
  [{ seen: false }, 'unreachable'],
  [{ undone: 'unknown' }, 'look-back'],
  [{ undone: true }, 'repeat'],
  [{ late: true }, 'fail'],
  [{ late: false }, 'wait'],
];

export const carryingFor = (waiting: CapacityWait): Carrying => decide(CARRYING, waiting);

/**
 * No track gets weight that it has no verified healthy capacity for: it is waited for until the
 * step's time is over, and asked for again where the platform has outgrown it. On the way back the
 * old release is brought up first where it has shrunk; then any that serves will do, and where none
 * does, what brought it up may have come undone.
 */
export async function untilCarried(
  session: Session,
  route: Route,
  limits: CarryLimits,
): Promise<OperationEnd | null> {
  const { clock } = session.world;
  const until = clock.monotonic() + limits.left;
  for (let said = ''; ; ) {
    const { end, missing } = await lookForCapacity(session, route, { ...limits, until });
    if (end !== 'wait') return end;
    if (missing !== said) tellTrafficProgress(session, missing);
    said = missing;
    await clock.sleep(Math.max(UNREADY, timingOf(session).poll), limits.signal);
  }
}

/** The releases that a split gives traffic to. */
export const receivers = ({ split }: Route) =>
  Object.keys(split).filter((id) => (split[id] ?? 0) > 0);

/** By the look that was begun while the way back was recorded, once. */
async function lookedAhead(session: Session): Promise<ObserveSight | null> {
  const { ahead } = session;
  session.ahead = null;
  const seen = ahead && (await freshFrom(session, ahead));
  return seen && { seen };
}

async function lookForCapacity(
  session: Session,
  route: Route,
  limits: CarryLimits & { readonly until: number },
): Promise<{ readonly end: OperationEnd | null | 'wait'; readonly missing: string }> {
  const { world, state } = session;
  const { until, signal } = limits;
  const back = state.direction === 'back';
  const ready = await lookedAhead(session);
  const sight = ready ?? (await observePatiently(session, { until, signal, of: receivers(route) }));
  if (sight.seen) session.capabilities = sight.seen.capabilities;
  const shrunk = back && sight.seen ? await reinforce(session, route, sight.seen) : null;
  const missing =
    sight.seen && !shrunk ? await missingNow(session, { route, seen: sight.seen, signal }) : '';
  const known = () => ({
    seen: sight.seen !== null,
    shrunk: shrunk !== null,
    short: missing !== '',
    leaving: signal.aborted,
    late: world.clock.monotonic() >= until,
  });
  const trouble = sight.seen ? '' : sight.trouble;
  const ended = (move: Carrying, step: Step | null) => ({
    end: trafficEndOf(move, { step, missing, trouble }),
    missing,
  });
  const move = carryingFor({ ...known(), undone: 'unknown' });
  if (move !== 'look-back') return ended(move, shrunk);
  const found = await lookBehind(session, route, limits);
  if ('end' in found) return { end: found.end, missing };
  // A stop that was asked for meanwhile is met by the next look.
  const { step } = found;
  return ended(carryingFor({ ...known(), leaving: false, undone: step !== null }), step);
}

/** Whether what the traffic waits for came undone, or others have changed or deleted it. */
async function lookBehind(
  session: Session,
  { split }: Route,
  { signal, undone, lost }: CarryLimits,
): Promise<{ readonly end: OperationEnd } | { readonly step: Step | null }> {
  if (session.state.direction === 'back') {
    const reason = await lost();
    return reason === null ? { step: await undone() } : { end: lostEnd(reason) };
  }
  const found = await findOutgrown(session, split, signal);
  return found?.end === 'diverged' ? { end: found } : { step: found?.step ?? null };
}

/** In words, empty where nothing is: on the way back what is not listed is asked for by name. */
async function missingNow(
  session: Session,
  { route, seen, signal }: { route: Route; seen: Observation; signal: AbortSignal },
): Promise<string> {
  const back = session.state.direction === 'back';
  const listed = missingCapacity(seen, route, { back });
  if (!listed || !back) return listed ?? '';
  const known = await upByName(session, { split: route.split, seen }, signal);
  return missingCapacity(seen, route, { back, known }) ?? '';
}

function trafficEndOf(
  move: Carrying,
  { step, missing, trouble }: { step: Step | null; missing: string; trouble: string },
): OperationEnd | null | 'wait' {
  if (move === 'repeat' && step) return { end: 'undone', step };
  if (move === 'carried') return null;
  if (move === 'stop') return { end: 'stopped' };
  if (move === 'unreachable') return { end: 'unreachable', reason: trouble };
  return move === 'fail' ? { end: 'failed', reason: missing, logs: [] } : 'wait';
}

/**
 * What served before is the way back for as long as it is there: it is not taken away while what
 * stays has nobody who answers.
 */
export async function untilServed(
  session: Session,
  { release, keeps }: Retire,
  { left, signal }: Omit<CarryLimits, 'undone' | 'lost'>,
): Promise<OperationEnd | null> {
  const { world, state } = session;
  const { direction, plan } = state;
  if (direction === 'back' || keeps !== plan.release.id || release !== plan.before.live?.id)
    return null;
  const until = world.clock.monotonic() + left;
  const reason = `${keeps} has no healthy unit, so ${release} stays`;
  for (let said = false; ; said = true) {
    const sight = await observePatiently(session, { until, signal });
    if (sight.seen?.releases.some(({ id, ready }) => id === keeps && ready > 0)) return null;
    if (signal.aborted) return { end: 'stopped' };
    if (!sight.seen) return { end: 'unreachable', reason: sight.trouble };
    if (world.clock.monotonic() >= until) return { end: 'failed', reason, logs: [] };
    if (!said) tellTrafficProgress(session, reason);
    await world.clock.sleep(Math.max(UNREADY, timingOf(session).poll), signal);
  }
}

function tellTrafficProgress(session: Session, message: string): void {
  emit(session, 'step-progress', { step: session.state.inFlight ?? '', message });
}

/** Old connections may still reach the former release for a while; gates and batches wait that out. */
export async function afterRoute(session: Session, step: Step, route: Route): Promise<void> {
  const { world, state, attention } = session;
  const { plan } = state;
  const stable = plan.before.live?.id ?? null;
  emit(session, 'routed', { split: route.split, stable, candidate: plan.release.id });
  if (route.passing) return;
  const signal = attention.operations;
  await world.clock.sleep(await propagation(session, step, signal), signal);
}

/**
 * As the platform has last said, or when the plan was made. A plan of the first edition does not
 * say it: whoever takes over in the middle of its route has to ask, and has waited for long enough
 * when the platform says nothing for as long as the step may take.
 */
async function propagation(session: Session, step: Step, signal: AbortSignal): Promise<number> {
  const { world, state } = session;
  const known = session.capabilities ?? state.plan.capabilities;
  if (known) return known.timing.propagation;
  const until = world.clock.monotonic() + step.deadline;
  const { seen } = await observePatiently(session, { until, signal });
  return seen?.capabilities.timing.propagation ?? 0;
}
