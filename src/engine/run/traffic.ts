import type { Route, Step } from '../../contract/index.ts';
import type { Session } from '../lock/session.ts';
import { look } from '../world/observe.ts';
import { emit } from '../world/world.ts';
import { findOutgrown, missingCapacity, reinforce } from './capacity.ts';
import type { OperationEnd } from './operation.ts';
import { timingOf } from './timing.ts';

const UNREADY = 1000;

interface CarryLimits {
  readonly left: number;
  readonly signal: AbortSignal;
  /** On the way back: an earlier step that came undone. */
  readonly undone: () => Promise<Step | null>;
}

/**
 * No track gets weight that it has no verified healthy capacity for: it is waited for until the
 * step's time is over, and asked for again where the platform has outgrown it. On the way back the
 * old release is brought up first where it has shrunk; then any that serves will do, and where none
 * does, what brought it up may have come undone.
 */
export async function untilCarried(
  session: Session,
  route: Route,
  { left, signal, undone }: CarryLimits,
): Promise<OperationEnd | null> {
  const { world, state } = session;
  const until = world.clock.monotonic() + left;
  const back = state.direction === 'back';
  let said = '';
  for (;;) {
    const sight = await look(world, { until, signal });
    if (sight.seen) session.capabilities = sight.seen.capabilities;
    const more = back && sight.seen ? await reinforce(session, route, sight.seen) : null;
    if (more) return { end: 'undone', step: more };
    const missing = sight.seen && missingCapacity(sight.seen, route, back);
    if (sight.seen && !missing) return null;
    if (signal.aborted) return { end: 'stopped' };
    if (!sight.seen) return { end: 'unreachable', reason: sight.trouble };
    const step = await (back ? undone() : findOutgrown(session, route.split, signal));
    if (step) return { end: 'undone', step };
    if (missing && world.clock.monotonic() >= until)
      return { end: 'failed', reason: missing, logs: [] };
    if (missing && missing !== said)
      emit(world, state.id, 'step-progress', { step: state.inFlight ?? '', message: missing });
    said = missing ?? '';
    await world.clock.sleep(Math.max(UNREADY, timingOf(session).poll), signal);
  }
}

/** Old connections may still reach the former release for a while; gates and batches wait that out. */
export async function afterRoute(session: Session, step: Step, route: Route): Promise<void> {
  const { world, state, attention } = session;
  const { plan } = state;
  const stable = plan.before.live?.id ?? null;
  emit(world, state.id, 'routed', { split: route.split, stable, candidate: plan.release.id });
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
  const { seen } = await look(world, { until, signal });
  return seen?.capabilities.timing.propagation ?? 0;
}
