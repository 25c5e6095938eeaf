import { failureClass, type Route, type Step } from '../contract/index.ts';
import { linked, OVER } from '../lib/linked.ts';
import { bounded } from './bounds.ts';
import { contextOf, diverged, keyOf, type OperationEnd } from './operate.ts';
import type { Session } from './session.ts';
import type { DeploymentState } from './state.ts';
import { timingOf } from './timing.ts';

type Drift = Extract<OperationEnd, { end: 'diverged' }>;

/** Ms between two looks while time passes; a platform that bears less is asked less often. */
const OFTEN = 5000;
const POLLS = 3;

/** The change of traffic that should still hold; null before the first, and once batches or removals move it on. */
function standingRoute(state: DeploymentState): (Step & { readonly action: Route }) | null {
  if (state.direction === 'back') return null;
  // What a person accepted although it had failed was never true.
  const done = state.outcomes.filter(({ result, reason }) => result === 'done' && reason === null);
  const ids = new Set([...done.map(({ step }) => step)]);
  const course = state.course.filter(({ id }) => ids.has(id));
  const last = course.findLast(({ action }) => MOVING.includes(action.kind));
  return last && isRoute(last) ? last : null;
}

const MOVING: readonly string[] = ['route', 'replace', 'retire'];
const isRoute = (step: Step): step is Step & { readonly action: Route } =>
  step.action.kind === 'route';

/**
 * Whether other hands have moved the traffic since it was read back as we routed it. A reading that
 * lags shows what was before: it is looked at again when none can lag any more.
 */
export async function findDrift(session: Session, signal: AbortSignal): Promise<Drift | null> {
  const route = standingRoute(session.state);
  if (!route || !(await look(session, route, signal))) return null;
  const { readLag, poll } = timingOf(session);
  await session.world.clock.sleep(Math.max(readLag, poll), signal);
  return signal.aborted ? null : look(session, route, signal);
}

/** A look that fails tells nothing; the next one may. */
async function look(
  session: Session,
  route: Step & { readonly action: Route },
  signal: AbortSignal,
): Promise<Drift | null> {
  const { provider } = session.world;
  const context = { ...contextOf(session, keyOf(session, route), signal), wasDone: true as const };
  const ask = () => provider.verify(route.action, context);
  try {
    const seen = await bounded(session.world, ask, { what: 'verify', signal });
    return seen.state === 'diverged' ? diverged(seen) : null;
  } catch (error) {
    if (['fenced', 'denied'].includes(failureClass(error))) throw error;
    return null;
  }
}

/** Looks again and again while a step lets time pass. */
export class DriftWatch {
  readonly #session: Session;
  readonly #over = new AbortController();
  readonly #found = new AbortController();
  readonly #loop: Promise<void>;
  #broken: unknown;
  end: Drift | null = null;

  constructor(session: Session) {
    this.#session = session;
    this.#loop = this.#watch().catch((error: unknown) => {
      this.#broken = error;
      this.#found.abort(OVER);
    });
  }

  get found(): AbortSignal {
    return this.#found.signal;
  }

  async close(): Promise<void> {
    this.#over.abort(OVER);
    await this.#loop;
    if (this.#broken) throw this.#broken;
  }

  async #watch(): Promise<void> {
    const session = this.#session;
    const { clock } = session.world;
    await linked([this.#over.signal, session.attention.waits], async (over) => {
      while (!this.end && !over.aborted) {
        await clock.sleep(Math.max(OFTEN, POLLS * timingOf(session).poll), over);
        if (!over.aborted) this.end = await findDrift(session, over);
      }
    });
    if (this.end) this.#found.abort(OVER);
  }
}
