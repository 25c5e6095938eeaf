import {
  type Capabilities,
  EXIT,
  isDeployError,
  type JournalRecord,
  type RecordBody,
} from '../../contract/index.ts';
import type { Clock } from '../../lib/clock.ts';
import { OVER } from '../../lib/linked-signal.ts';
import { floorOf } from '../journal/floor.ts';
import { type Journal, Superseded } from '../journal/journal.ts';
import { keys } from '../journal/keys.ts';
import type { Envelope } from '../journal/newer-version.ts';
import { parseEnvelope } from '../journal/record.ts';
import { advance, type DeploymentState } from '../journal/state.ts';
import { bounded } from '../world/call-limit.ts';
import { MeasuringWindows } from '../world/measuring-windows.ts';
import type { LookAhead } from '../world/observe.ts';
import { retryStore, type Tries } from '../world/patient-store.ts';
import { lookEvery, type World } from '../world/world.ts';
import { outlivedError, supersededError } from './errors.ts';
import { writeHeartbeat } from './heartbeat.ts';
import { Inbox } from './inbox.ts';
import { leaveHint } from './log-end-hint.ts';
import { StopRequests } from './stop-requests.ts';
import { Standstill } from './store-outage.ts';
import { tellSilence } from './wait-notice.ts';

/** By both clocks: while a machine sleeps the monotonic one may stand still. */
export interface Moment {
  readonly monotonic: number;
  readonly wall: number;
}

export const momentOf = (clock: Clock): Moment => ({
  monotonic: clock.monotonic(),
  wall: clock.wall(),
});

/** What made this process the holder. */
interface HeldDeployment {
  readonly journal: Journal;
  readonly state: DeploymentState;
  /** When the record that did so was first sent: from then on others may count. */
  readonly since: Moment;
  /** The first wish that nobody has taken up, read while it was sent. */
  readonly wished?: Promise<string | null>;
}

/** One holder acting on one deployment: the journal, the state it gives, and what the outside wants. */
export class Session {
  readonly world: World;
  readonly journal: Journal;
  readonly attention: StopRequests;
  state: DeploymentState;
  /** Until then a call whose answer was lost may still take effect. */
  quietAt = 0;
  /** Ms in all that nothing could be begun because the store did not answer. */
  stoodStill = 0;
  /** When the platform last said yes to a call of ours. */
  acceptedAt: number;
  /** What the platform has last said that it can do; null before it was asked. */
  capabilities: Capabilities | null = null;
  /** A look for the next change of traffic, begun while its record is written; for one use. */
  ahead: LookAhead | null = null;
  /** Until then a call of a former holder, which was under way when it died, may come true. */
  readonly inheritedUntil: number;
  /** Ms that a step has let pass already, before something had to be done again. */
  readonly watched = new Map<string, number>();
  /** Warnings about the platform's answers that were told already. */
  readonly told = new Set<string>();
  readonly windows: MeasuringWindows;
  #acknowledged: Moment;
  #ending = new AbortController();
  #closed = false;
  /** Others have seen no sign of life of ours for so long that they may take the target. */
  #lapsed = false;
  readonly #standstill: Standstill;
  readonly #inbox: Inbox;
  #loops: Promise<unknown>[] = [];
  #recording: Promise<unknown> = Promise.resolve();

  constructor(world: World, { journal, state, since, wished }: HeldDeployment) {
    const { onInterrupt } = state.plan;
    this.world = world;
    this.journal = journal;
    this.state = state;
    this.attention = new StopRequests(world, { back: state.direction === 'back', onInterrupt });
    this.#standstill = new Standstill(this);
    this.#inbox = new Inbox(this, {
      ending: this.#ending.signal,
      isClosed: () => this.#closed,
      patiently: (call) => this.#patiently(call),
      wished,
    });
    this.windows = new MeasuringWindows(world.clock, { resumed: state.seq !== state.chapter });
    this.#acknowledged = since;
    this.acceptedAt = world.clock.monotonic();
    this.inheritedUntil = state.inFlight === null ? 0 : this.acceptedAt + world.pace.call;
  }

  /** Takes up what was wished while nobody held the deployment, then keeps watch. */
  async begin(): Promise<void> {
    this.attention.listen();
    this.#takeAgain();
    await this.#inbox.takeStale();
    this.#loops = [this.#beat(), this.#watchControls()];
  }

  /** A former holder may have taken up a wish and not lived to fulfil it; its death fulfils a pause. */
  #takeAgain(): void {
    for (const { control } of this.state.controls)
      if (control.kind !== 'pause') this.attention.take(control);
  }

  async end(): Promise<void> {
    this.attention.close();
    this.#ending.abort(OVER);
    await Promise.all(this.#loops);
    const { log } = this.journal;
    const { seq, ended } = this.state;
    if (ended) await leaveHint(this.world, log, { seq, signal: this.attention.leaving });
  }

  record(body: RecordBody): Promise<JournalRecord> {
    // What comes after the last word would belong to whoever holds the target next.
    if (body.kind === 'paused' || body.kind === 'ended') this.#closed = true;
    // One after the other: they must change the state in the order in which they lie in the log.
    const recorded = this.#recording.then(() => this.#record(body));
    this.#recording = recorded.catch(() => {});
    return recorded;
  }

  async #record(body: RecordBody): Promise<JournalRecord> {
    const { epoch: former, id: deployment, chapter } = this.state;
    const epoch = body.kind === 'taken' ? former + 1 : former;
    const tries = this.#tries();
    const record = await this.journal.append({ epoch, deployment, chapter, body, tries });
    this.state = advance(this.state, record);
    if (this.#isLongSilent() || this.#lapsed)
      await this.#patiently(() => this.#expectKept(record.seq));
    return record;
  }

  /**
   * Throws unless nobody can have taken the target: to be asked right before every effect. True when
   * that took a while, after which what else an effect rests on has to be looked at again.
   */
  async mayAct(): Promise<boolean> {
    if (!this.#isLongSilent() && !this.#lapsed) return false;
    const { clock } = this.world;
    const since = clock.monotonic();
    await this.#patiently(() => this.#acknowledge());
    if (this.#lapsed) await this.#comeBack();
    this.stoodStill += clock.monotonic() - since;
    return true;
  }

  /**
   * Somebody may have judged us dead and be about to take over, with nothing in the log yet. Of two
   * that write the next record one gets it: as the target's new holder we are asked for anew.
   */
  async #comeBack(): Promise<void> {
    const since = momentOf(this.world.clock);
    const why = 'it had sent no heartbeat for long, and no other process had taken over';
    await this.record({ kind: 'taken', holder: this.state.holder, why });
    this.#acknowledged = since;
    this.#lapsed = false;
  }

  /** A call to the store, for as long as this deployment may stand still. */
  #patiently<T>(call: () => Promise<T>): Promise<T> {
    return retryStore(this.world, call, this.#tries());
  }

  #tries(): Tries {
    return this.#standstill.tries(this.attention.leaving);
  }

  /** Long enough for others to have taken the target meanwhile. */
  #isLongSilent(): boolean {
    const { selfFence, call } = this.world.pace;
    return this.#silence() > selfFence - call;
  }

  #silence(): number {
    const { clock } = this.world;
    return Math.max(
      clock.monotonic() - this.#acknowledged.monotonic,
      Math.abs(clock.wall() - this.#acknowledged.wall),
    );
  }

  /** Who slept long enough finds its next number free: that of its successor was pruned. */
  async #expectKept(seq: number): Promise<void> {
    if (seq < (await floorOf(this.journal.log))) throw outlivedError();
  }

  /** The answer to a call was lost: until one call's time is over it may still take effect. */
  lostAnswer(): void {
    this.quietAt = this.world.clock.monotonic() + this.world.pace.call;
  }

  /** A call was accepted and never seen to be true: it may become so in the platform's own time. */
  unseen(acceptedAt: number): void {
    this.quietAt = Math.max(this.quietAt, acceptedAt + this.world.pace.call);
  }

  /** Waits until nothing that was sent can still arrive. */
  async quiet(signal: AbortSignal): Promise<void> {
    const { clock } = this.world;
    const wait = this.quietAt - clock.monotonic();
    if (wait <= 0) return;
    tellSilence(this, wait);
    await clock.sleep(wait, signal);
  }

  /** A beat, after a look whether the log has gone on without us: asleep, one does not see that. */
  async #acknowledge(): Promise<void> {
    const { clock } = this.world;
    const now = momentOf(clock);
    const successor = await this.#lookAhead();
    if (successor) throw supersededError(new Superseded(successor));
    await writeHeartbeat(this.world, this.journal.target, this.state);
    this.#lapsed ||= this.#silence() > this.world.pace.ttl;
    this.#acknowledged = now;
    this.#standstill.over();
  }

  /** The record of a newer holder, where there is one. */
  successor(): Promise<Envelope | null> {
    const { leaving: hurry } = this.attention;
    return retryStore(this.world, () => this.#lookAhead(), { hurry });
  }

  async #lookAhead(): Promise<Envelope | null> {
    const { store } = this.world;
    const { target, head } = this.journal;
    const next = (head?.seq ?? 0) + 1;
    // Our own late records are skipped: only a record of a higher epoch means a takeover.
    for (let seq = next; ; seq++) {
      const text = await store.get(keys.record(target, seq));
      if (text === null) break;
      const record = parseEnvelope(this.journal.log, seq, text);
      if (record.epoch > this.state.epoch) return record;
    }
    await this.#expectKept(next);
    return null;
  }

  async #beat(): Promise<void> {
    const { clock, pace } = this.world;
    const bounds = { what: 'heartbeat', signal: this.#ending.signal };
    while (!this.#ending.signal.aborted) {
      await bounded(this.world, () => this.#acknowledge(), bounds).catch((error: unknown) =>
        this.#hearOfLoss(error),
      );
      await clock.sleep(pace.heartbeat, this.#ending.signal);
    }
  }

  /**
   * A failed beat is no loss yet: `mayAct` decides, when something is about to be done. A log that
   * takes no more records is one, however long the present step would still wait.
   */
  #hearOfLoss(error: unknown): void {
    const code = isDeployError(error) ? error.code : null;
    if (error instanceof Superseded || code === 'superseded')
      this.attention.pause('another holder took over', EXIT.held);
    if (code === 'journal-damaged') this.attention.pause('the log is damaged', EXIT.needsPerson);
    if (code === 'store-failed')
      this.attention.pause('the log takes no more records', EXIT.couldNotRun);
  }

  async #watchControls(): Promise<void> {
    const { clock } = this.world;
    while (!this.#ending.signal.aborted) {
      await this.#inbox.take({ stale: false }).catch((error: unknown) => this.#hearOfLoss(error));
      await clock.sleep(lookEvery(this.world), this.#ending.signal);
    }
  }
}
