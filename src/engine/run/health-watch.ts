import type { Observation, ObservedRelease } from '../../contract/index.ts';
import { failureClass } from '../../contract/index.ts';
import type { Session } from '../lock/session.ts';
import { look, tellOnce } from '../world/observe.ts';
import type { OperationEnd } from './operation.ts';
import { timingOf } from './timing.ts';

/** Ms between the two looks that it takes: a unit that falls may be up again at once. */
const SECOND_LOOK_MS = 1000;

interface Unserved {
  readonly release: ObservedRelease;
  readonly weight: number;
}

/**
 * Whether requests go to a release none of whose units answers, by two readings that do not lag. The
 * new release fails for it where the old one has units that do; otherwise it is only told.
 * Where a platform counts no units, nothing is looked for.
 */
export class HealthWatch {
  readonly #session: Session;
  #counts = true;

  constructor(session: Session) {
    this.#session = session;
  }

  async find(signal: AbortSignal): Promise<Extract<OperationEnd, { end: 'failed' }> | null> {
    const { world, state } = this.#session;
    const first = unservedIn(await this.#look(signal));
    if (first.length === 0) return null;
    const { readLag, poll } = timingOf(this.#session);
    await world.clock.sleep(Math.max(SECOND_LOOK_MS, readLag, poll), signal);
    if (signal.aborted) return null;
    const seen = await this.#look(signal);
    const unserved = unservedIn(seen).filter(({ release }) =>
      first.some((former) => former.release.id === release.id),
    );
    const { release, before } = state.plan;
    const old = seen?.releases.find(({ id }) => id === before.live?.id);
    const isBetter = old !== undefined && old.ready > 0;
    for (const one of unserved) {
      if (one.release.id === release.id && isBetter)
        return { end: 'failed', reason: unservedWords(one), logs: [] };
      tellOnce(this.#session, unservedWords(one));
    }
    return null;
  }

  /** A failed look tells nothing; the next one decides. */
  async #look(signal: AbortSignal): Promise<Observation | null> {
    if (!this.#counts) return null;
    try {
      const seen = await look(this.#session, signal);
      this.#counts = seen.full !== null;
      return this.#counts ? seen : null;
    } catch (error) {
      if (['fenced', 'denied'].includes(failureClass(error))) throw error;
      return null;
    }
  }
}

function unservedIn(seen: Observation | null): readonly Unserved[] {
  const { releases = [], split = null } = seen ?? {};
  return releases
    .map((release) => ({ release, weight: split?.[release.id] ?? 0 }))
    .filter(({ release, weight }) => weight > 0 && release.ready === 0);
}

function unservedWords({ release: { id, note }, weight }: Unserved): string {
  const share = Number(weight.toFixed(1));
  return `${id} has no healthy unit and ${share} % of the traffic${note ? ` (${note})` : ''}`;
}
