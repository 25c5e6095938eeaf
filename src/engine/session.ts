import {
  type Control,
  DeployError,
  type JournalRecord,
  type RecordBody,
} from '../contract/index.ts';
import { Attention } from './attention.ts';
import { describeHolder, writeHeartbeat } from './holder.ts';
import { type Journal, Superseded } from './journal.ts';
import { keys } from './keys.ts';
import { advance, type DeploymentState } from './state.ts';
import { emit, type World } from './world.ts';

/** One holder acting on one deployment: the journal, the state it gives, and what the outside wants. */
export class Session {
  readonly world: World;
  readonly journal: Journal;
  attention: Attention;
  state: DeploymentState;
  #acknowledged: { monotonic: number; wall: number };
  #ending = new AbortController();
  #loops: Promise<unknown>[] = [];

  constructor(world: World, journal: Journal, state: DeploymentState) {
    this.world = world;
    this.journal = journal;
    this.state = state;
    this.attention = new Attention(world);
    this.#acknowledged = { monotonic: world.clock.monotonic(), wall: world.clock.wall() };
  }

  /** Takes up what was wished while nobody held the deployment, then keeps watch. */
  async begin(): Promise<void> {
    this.attention.listen();
    while (await this.#takeControl({ stale: true }));
    this.#loops = [this.#beat(), this.#watchControls()];
  }

  async end(): Promise<void> {
    this.attention.close();
    this.#ending.abort();
    await Promise.all(this.#loops);
  }

  async record(body: RecordBody): Promise<JournalRecord> {
    const { epoch, id: deployment, chapter } = this.state;
    const record = await this.journal.append({ epoch, deployment, chapter, body });
    this.state = advance(this.state, record);
    return record;
  }

  /** Throws unless nobody can have taken the target: to be asked right before every effect. */
  async mayAct(): Promise<void> {
    const { clock, pace } = this.world;
    const silent = Math.max(
      clock.monotonic() - this.#acknowledged.monotonic,
      Math.abs(clock.wall() - this.#acknowledged.wall),
    );
    if (silent > pace.selfFence - pace.call) await this.#acknowledge();
  }

  /** A beat, after a look whether the log has gone on without us: asleep, one does not see that. */
  async #acknowledge(): Promise<void> {
    const { clock } = this.world;
    const now = { monotonic: clock.monotonic(), wall: clock.wall() };
    const successor = await this.successor();
    if (successor) throw new Superseded(successor);
    await writeHeartbeat(this.world, this.journal.target, this.state);
    this.#acknowledged = now;
  }

  /** The record of a newer holder, where there is one. */
  async successor(): Promise<JournalRecord | null> {
    const seq = (this.journal.head?.seq ?? 0) + 1;
    const text = await this.world.store.get(keys.record(this.journal.target, seq));
    const record = text === null ? null : (JSON.parse(text) as JournalRecord);
    return record && record.epoch > this.state.epoch ? record : null;
  }

  async #beat(): Promise<void> {
    const { clock, pace } = this.world;
    while (!this.#ending.signal.aborted) {
      await this.#acknowledge().catch((error: unknown) => this.#hearOfLoss(error));
      await clock.sleep(pace.heartbeat, this.#ending.signal);
    }
  }

  /** A failed beat is no loss yet: `mayAct` decides, when something is about to be done. */
  #hearOfLoss(error: unknown): void {
    if (error instanceof Superseded) this.attention.pause('another holder took over', 6);
  }

  async #watchControls(): Promise<void> {
    const { clock, pace } = this.world;
    while (!this.#ending.signal.aborted) {
      await this.#takeControl({ stale: false }).catch((error: unknown) => this.#hearOfLoss(error));
      await clock.sleep(pace.control, this.#ending.signal);
    }
  }

  /** A wish to pause that was meant for a former holder is fulfilled already. */
  async #takeControl({ stale }: { stale: boolean }): Promise<boolean> {
    const seq = this.state.controlSeq + 1;
    const text = await this.world.store.get(keys.control(this.journal.target, seq));
    if (text === null || this.#ending.signal.aborted) return false;
    const control = JSON.parse(text) as Control;
    await this.record({ kind: 'control', control, seq });
    const meant = control.deployment === this.state.id && control.planHash === this.state.plan.hash;
    if (meant) emit(this.world, this.state.id, 'control', { control });
    if (meant && !(stale && control.kind === 'pause')) this.attention.take(control);
    return true;
  }
}

/** What a holder says who finds the target in other hands. */
export function supersededError(error: Superseded): DeployError {
  const { body, deployment } = error.by;
  const by =
    body.kind === 'taken' || body.kind === 'opened'
      ? describeHolder(body.holder)
      : 'another holder';
  return new DeployError('superseded', {
    message: `This process no longer holds the target: ${by} took over.`,
    why: body.kind === 'taken' ? body.why : 'The log went on without this process.',
    state: 'This process has stopped and changes nothing more; the new holder carries on.',
    next: ['deployctl status --watch', `deployctl history ${deployment}`],
    cause: error,
  });
}
