import { linked, OVER } from '../../lib/linked-signal.ts';
import type { Session } from '../lock/session.ts';
import { findOutgrown } from './capacity.ts';
import { findDriftInHold, standingSplit } from './drift.ts';
import { HealthWatch } from './health-watch.ts';
import type { OperationEnd } from './operation.ts';
import { timingOf } from './timing.ts';

/** Ms between two looks while time passes; a platform that bears less is asked less often. */
const DRIFT_WATCH_OFTEN = 5000;
const POLLS = 3;

/** Looks, while a step lets time pass, whether what was done before it still stands. */
export class Vigil {
  readonly #session: Session;
  readonly #over = new AbortController();
  readonly #found = new AbortController();
  readonly #loop: Promise<void>;
  readonly #unserved: HealthWatch;
  #broken: unknown;
  /** Traffic, batches or a release that other hands have changed, traffic that nobody answers, or capacity that the platform has outgrown. */
  end: OperationEnd | null = null;

  constructor(session: Session) {
    this.#session = session;
    this.#unserved = new HealthWatch(session);
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
        await clock.sleep(Math.max(DRIFT_WATCH_OFTEN, POLLS * timingOf(session).poll), over);
        if (!over.aborted) this.end = await this.#look(over);
      }
    });
    if (this.end) this.#found.abort(OVER);
  }

  async #look(signal: AbortSignal): Promise<OperationEnd | null> {
    const drift = await findDriftInHold(this.#session, signal);
    if (drift || signal.aborted) return drift;
    const unserved = await this.#unserved.find(signal);
    if (unserved || signal.aborted) return unserved;
    const found = await findOutgrown(this.#session, standingSplit(this.#session.state), signal);
    return signal.aborted ? null : found;
  }
}
