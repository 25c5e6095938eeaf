import type { Step } from '../../contract/index.ts';
import { formatDuration } from '../../lib/duration.ts';
import type { Tries } from '../world/patient-store.ts';
import { emit } from '../world/world.ts';
import type { Session } from './session.ts';

/** What a store that is being upgraded or moved may take; nothing is begun meanwhile. */
const STORE_OUTAGE_LIMIT_MS = 300_000;

/** What renews a token does it before it ends, or soon after; a person takes longer, and resumes. */
const RENEWAL_LIMIT_MS = 30_000;

/** Trouble that is over sooner is nobody's business. */
const WORTH_TELLING = 5000;

/** The store does not answer: how long the deployment may wait for it where it stands, and what is said of it. */
export class Standstill {
  readonly #session: Pick<Session, 'world' | 'state'>;
  #since: number | null = null;
  #told = false;

  constructor(session: Pick<Session, 'world' | 'state'>) {
    this.#session = session;
  }

  /** Whatever has no effect is tried as long as the step may wait: others are kept off by the log, not by haste. */
  tries(hurry: AbortSignal): Tries {
    const { course, inFlight } = this.#session.state;
    const step = course.find(({ id }) => id === inFlight);
    const patience = Math.max(STORE_OUTAGE_LIMIT_MS, step ? waitOf(step) : 0);
    // One trouble, however many calls meet it one after the other.
    const within = Math.max(0, patience - this.#lasted());
    const denied = Math.max(0, RENEWAL_LIMIT_MS - this.#lasted());
    return { hurry, within, denied, failed: (error) => this.#failed(error) };
  }

  #failed({ message }: Error): void {
    const { clock } = this.#session.world;
    this.#since ??= clock.monotonic();
    if (this.#told || this.#lasted() < WORTH_TELLING) return;
    this.#told = true;
    this.#say(
      'warning',
      `The journal does not answer (${message}). Waiting for it; nothing new is started.`,
    );
  }

  /** It answered. */
  over(): void {
    const took = this.#lasted();
    if (this.#told) this.#say('info', `The journal answers again, after ${formatDuration(took)}.`);
    this.#told = false;
    this.#since = null;
  }

  #lasted(): number {
    const { clock } = this.#session.world;
    return this.#since === null ? 0 : clock.monotonic() - this.#since;
  }

  #say(level: 'info' | 'warning', message: string): void {
    emit(this.#session, 'notice', { level, message });
  }
}

function waitOf({ action, deadline, attempts }: Step): number {
  if (action.kind === 'hold' || action.kind === 'bake') return action.duration + action.extension;
  return action.kind === 'approve' ? action.expires : deadline * attempts;
}
