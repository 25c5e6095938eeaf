import type { Action, OperationContext, Plan, ReleaseId, Step } from '../../contract/index.ts';
import type { DeploymentState } from '../journal/state.ts';
import type { Session } from '../lock/session.ts';

/** Idempotency key: the same for every resend of a step, a new one for each further attempt. */
export function keyOf({ state }: Session, step: Step, attempt = attemptOf(state, step)): string {
  return attempt === 1 ? `${state.id}/${step.id}` : `${state.id}/${step.id}/${attempt}`;
}

/** The try that was begun last: what was sent then is what can be read back. */
export const attemptOf = ({ attempts = {} }: DeploymentState, { id }: Step): number =>
  attempts[id] ?? 1;

interface ContextAsked {
  /** By default that of the try that was begun last. */
  readonly key?: string;
  readonly signal: AbortSignal;
}

/** What the provider is told of the deployment that an operation belongs to. */
export function contextOf(
  session: Session,
  step: Step,
  { key = keyOf(session, step), signal }: ContextAsked,
): OperationContext {
  const { plan, direction, id } = session.state;
  const sized = sizedBy(step.action);
  const routed = sized !== null && mayHaveTraffic(session.state, sized);
  return {
    key,
    deployment: id,
    target: plan.target.id,
    direction,
    before: plan.before,
    release: plan.release,
    weights: weightsIn(plan),
    ...(routed ? { routed } : {}),
    signal,
  };
}

/** Those of the way forward: on the way back they are what has been set up, and has to go. */
function weightsIn({ steps, release }: Plan): readonly number[] {
  const starts = steps.flatMap(({ action }) => (action.kind === 'start' ? [action] : []));
  return starts.find((one) => one.release.id === release.id)?.weights ?? [];
}

/** The release whose capacity it makes so; null where it is about something else. */
export function sizedBy(action: Action): ReleaseId | null {
  if (action.kind === 'start') return action.release.id;
  return action.kind === 'scale' ? action.release : null;
}

/** By what is recorded: a change that was begun counts, whatever became of it. */
function mayHaveTraffic(state: DeploymentState, release: ReleaseId): boolean {
  const { plan, course, outcomes, inFlight, left = [], knownAtLoss } = state;
  // What stood in the records that were lost may have been such a change.
  if (knownAtLoss !== undefined) return true;
  const begun = new Set([...outcomes.map(({ step }) => step), ...left, inFlight]);
  const steps = [...plan.steps, ...course];
  return steps.some(({ id, action }) => begun.has(id) && givesTraffic(action, release));
}

function givesTraffic(action: Action, release: ReleaseId): boolean {
  if (action.kind === 'route') return (action.split[release] ?? 0) > 0;
  return action.kind === 'replace' && action.release.id === release;
}
