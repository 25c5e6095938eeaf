import { keys } from '../journal/keys.ts';
import { isMeantFor } from '../journal/state.ts';
import { bounded } from '../world/call-limit.ts';
import { emit } from '../world/world.ts';
import { parseControl } from './control.ts';
import type { Session } from './session.ts';

interface InboxMeans {
  /** Aborts when the session ends. */
  readonly ending: AbortSignal;
  /** Whether the last word of this holder is written: what comes then is for the next one. */
  isClosed(): boolean;
  /** A call to the store, for as long as the deployment may stand still. */
  patiently<T>(call: () => Promise<T>): Promise<T>;
  /** What the first of them says, where that was asked already. */
  readonly wished?: Promise<string | null> | undefined;
}

/** Takes up the commands that other terminals have put into the journal, one after the other. */
export class Inbox {
  readonly #session: Session;
  readonly #means: InboxMeans;
  #passedOver = 0;
  #wished: Promise<string | null> | undefined;

  constructor(session: Session, means: InboxMeans) {
    this.#session = session;
    this.#means = means;
    this.#wished = means.wished;
  }

  /** What was wished while nobody held the deployment. */
  async takeStale(): Promise<void> {
    while (await this.take({ stale: true }));
  }

  /** True where there was one. A wish to pause that was meant for a former holder is fulfilled already. */
  async take({ stale }: { stale: boolean }): Promise<boolean> {
    const session = this.#session;
    const seq = Math.max(session.state.controlSeq, this.#passedOver) + 1;
    const text = await this.#read(seq, stale);
    if (text === null || this.#means.ending.aborted || this.#means.isClosed()) return false;
    const control = parseControl(text);
    if (!control) return this.#passOver(seq);
    await session.record({ kind: 'control', control, seq });
    if (!isMeantFor(session.state, control)) return true;
    emit(session, 'control', { control });
    if (!(stale && control.kind === 'pause')) session.attention.take(control);
    return true;
  }

  /** One that is unreadable must not keep all later ones from being heard. */
  #passOver(seq: number): true {
    this.#passedOver = seq;
    const key = keys.control(this.#session.journal.target, seq);
    const message = `A command from another terminal (${key}) was unreadable and is skipped. Run it again.`;
    emit(this.#session, 'notice', { level: 'warning', message });
    return true;
  }

  #read(seq: number, patient: boolean): Promise<string | null> {
    const { world, journal } = this.#session;
    const read = () => world.store.get(keys.control(journal.target, seq));
    if (patient) {
      const wished = this.#wished;
      this.#wished = undefined;
      return this.#means.patiently(() => wished?.catch(read) ?? read());
    }
    return bounded(world, read, { what: 'controls', signal: this.#means.ending });
  }
}
