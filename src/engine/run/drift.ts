import {
  failureClass,
  type Replace,
  type Route,
  type Split,
  type Step,
} from '../../contract/index.ts';
import type { DeploymentState } from '../journal/state.ts';
import type { Session } from '../lock/session.ts';
import { bounded } from '../world/call-limit.ts';
import { contextOf } from './apply-context.ts';
import { diverged, type OperationEnd } from './operation.ts';
import { timingOf } from './timing.ts';

export type Drift = Extract<OperationEnd, { end: 'diverged' | 'failed' }>;

type StandingStep = Step & { readonly action: Route | Replace };

/** The last change of traffic that should still hold; null before the first, and once removals move it on. */
function standingStep(state: DeploymentState): StandingStep | null {
  if (state.direction === 'back') return null;
  // After a loss of records, what is live may be further than what was routed before.
  const standing = state.outcomes.slice(state.knownAtLoss ?? 0);
  // What a person accepted although it had failed was never true.
  const done = standing.filter(({ result, reason }) => result === 'done' && reason === null);
  const ids = new Set(done.map(({ step }) => step));
  const course = state.course.filter(({ id }) => ids.has(id));
  const last = course.findLast(({ action }) => MOVING.includes(action.kind));
  return last && isStanding(last) ? last : null;
}

function standingRoute(state: DeploymentState): (Step & { readonly action: Route }) | null {
  const step = standingStep(state);
  return step && isRoute(step) ? step : null;
}

/** How the traffic should be split now, by what was routed on the way forward. */
export const standingSplit = (state: DeploymentState): Split =>
  standingRoute(state)?.action.split ?? {};

const MOVING: readonly string[] = ['route', 'replace', 'retire'];
const isRoute = (step: Step): step is Step & { readonly action: Route } =>
  step.action.kind === 'route';
/** After the last batch the units of the new release may be made more or fewer. */
const isStanding = (step: Step): step is StandingStep =>
  isRoute(step) || (step.action.kind === 'replace' && step.action.replaced < step.action.of);

/** Whether other hands have moved the traffic since it was read back as we routed it. */
export const findDrift = (session: Session, signal: AbortSignal): Promise<Drift | null> =>
  findDriftFrom(session, standingRoute(session.state), signal);

/** The same while time passes, also since the last batch: the next one would move what it shows. */
export const findDriftInHold = (session: Session, signal: AbortSignal): Promise<Drift | null> =>
  findDriftFrom(session, standingStep(session.state), signal);

/** A reading that lags shows what was before: it is looked at again when none can lag any more. */
async function findDriftFrom(
  session: Session,
  step: StandingStep | null,
  signal: AbortSignal,
): Promise<Drift | null> {
  if (!step || !(await lookForDrift(session, step, signal))) return null;
  const { readLag, poll } = timingOf(session);
  await session.world.clock.sleep(Math.max(readLag, poll), signal);
  return signal.aborted ? null : lookForDrift(session, step, signal);
}

/** A failed look tells nothing; the next one decides. */
async function lookForDrift(
  session: Session,
  step: StandingStep,
  signal: AbortSignal,
): Promise<Drift | null> {
  const { provider } = session.world;
  const ask = (waiting: AbortSignal) =>
    provider.verify(step.action, {
      ...contextOf(session, step, { signal: waiting }),
      wasDone: true,
    });
  try {
    const seen = await bounded(session.world, ask, { what: 'verify', signal });
    if (seen.state === 'diverged') return diverged(seen);
    // Nobody is there any more to answer for a share of the traffic; of units in trouble the gates judge.
    return seen.state === 'failed' && isRoute(step)
      ? { end: 'failed', reason: seen.reason, logs: seen.logs ?? [] }
      : null;
  } catch (error) {
    if (['fenced', 'denied'].includes(failureClass(error))) throw error;
    return null;
  }
}
