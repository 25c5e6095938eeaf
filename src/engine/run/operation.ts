import {
  type Direction,
  failureClass,
  isProviderError,
  type JsonObject,
  type Operation,
  type ProviderError,
  type Step,
  type Verification,
} from '../../contract/index.ts';
import type { Session } from '../lock/session.ts';
import { bounded } from '../world/call-limit.ts';
import { backoff } from '../world/patient-store.ts';
import { emit } from '../world/world.ts';
import { contextOf } from './apply-context.ts';
import { isLost, lostForGood, lostWords } from './lost-resource.ts';
import { BEFORE, type RunOrigin } from './origin.ts';
import { resendAfter, resendSoon, type SentCall } from './retry.ts';
import { timingOf } from './timing.ts';

export type OperationEnd =
  | { readonly end: 'done'; readonly facts?: JsonObject }
  | { readonly end: 'failed'; readonly reason: string; readonly logs: readonly string[] }
  /** The platform did not answer until the end: nobody knows, and nothing more is asked of it. */
  | { readonly end: 'unreachable'; readonly reason: string }
  | { readonly end: 'diverged'; readonly reason: string }
  /** A step before it is not true any more, and has to be made so first. */
  | { readonly end: 'undone'; readonly step: Step }
  | { readonly end: 'stopped' };

export interface OperateOptions {
  readonly operation: Operation;
  readonly key: string;
  /** Asked before every try: what must hold for it to be sent; anything but null ends it. */
  readonly ready: (left: number) => Promise<OperationEnd | null>;
  readonly signal: AbortSignal;
  readonly origin: RunOrigin;
  /** On the way back nothing is given up before the deadline. */
  readonly direction: Direction;
  /** Asked once, before it is first sent: whether other hands have moved the traffic meanwhile. */
  readonly drifted: () => Promise<OperationEnd | null>;
  /** On the way back: an earlier step that came undone, when the platform refuses this one. */
  readonly undone: () => Promise<Step | null>;
  /** The same where it accepts this one, and it does not come true: only of what was seen to be true. */
  readonly fallen: () => Promise<Step | null>;
}

/** Makes an operation true: sends it, believes only what is read back, tries again as the failure allows. */
export async function operate(
  session: Session,
  step: Step,
  options: OperateOptions,
): Promise<OperationEnd> {
  // Forward there is time to wait until no lost call can arrive in the middle of the next change. On
  // the way back traffic goes first, unless the lost call was a batch, which would bring the bad one back.
  const { calm, looks } = BEFORE[options.origin];
  const back = options.direction === 'back';
  if (calm && (!back || options.operation.kind === 'replace')) await session.quiet(options.signal);
  // While the store is away nobody may act, and the platform has its time all the same.
  const time = () => session.world.clock.monotonic() - session.stoodStill;
  const started = time();
  const left = () => step.deadline - (time() - started);
  const attempt = new OperationAttempt(session, step, options);
  if (looks) {
    const seen = await attempt.readBack();
    if (seen.state === 'done') return done(seen);
    if (seen.state === 'diverged' && !back) return diverged(seen);
  }
  const drift = calm ? await options.drifted() : null;
  if (drift) return drift;
  return attempt.untilSettled(left);
}

type PendingVerification = Extract<Verification, { state: 'pending' }>;

class OperationAttempt {
  #session: Session;
  #step: Step;
  #operation: Operation;
  #options: OperateOptions;
  #tries = 0;
  #trouble = '';
  #answers = true;
  /** Ms that the platform has asked to wait before it is looked at again. */
  #askedFor = 0;
  /** When the platform last said yes to it: each of them may come true in its own time. */
  #acceptedAt: number | null = null;

  constructor(session: Session, step: Step, options: OperateOptions) {
    this.#session = session;
    this.#step = step;
    this.#operation = options.operation;
    this.#options = options;
  }

  async untilSettled(left: () => number): Promise<OperationEnd> {
    const end = await this.#follow(left);
    const givenUp = end.end === 'stopped' || left() <= 0;
    if (givenUp && end.end !== 'done' && this.#acceptedAt !== null)
      this.#session.unseen(this.#acceptedAt);
    return end;
  }

  async #follow(left: () => number): Promise<OperationEnd> {
    while (left() > 0) {
      if (this.#options.signal.aborted) return { end: 'stopped' };
      const unready = await this.#options.ready(left());
      if (unready) return unready;
      if (await this.#session.mayAct()) continue;
      if (this.#options.signal.aborted) return { end: 'stopped' };
      const sent = await this.#send();
      if (typeof sent === 'object') return sent;
      const end = await this.#settle(sent, left);
      if (end) return end;
    }
    const why = this.#trouble && `: ${this.#trouble}`;
    return this.#answers
      ? { end: 'failed', reason: `not done within its time limit${why}`, logs: [] }
      : { end: 'unreachable', reason: `the platform does not answer${why}` };
  }

  async readBack(): Promise<Verification> {
    const { world } = this.#session;
    const { key, signal } = this.#options;
    const ask = (waiting: AbortSignal) =>
      world.provider.verify(
        this.#operation,
        contextOf(this.#session, this.#step, { key, signal: waiting }),
      );
    try {
      const seen = await bounded(world, ask, { what: 'verify', signal });
      this.#answers = true;
      this.#askedFor = 0;
      return seen;
    } catch (error) {
      const failure = failureClass(error);
      if (failure === 'fenced' || failure === 'denied') throw error;
      this.#answers = failure === 'permanent';
      this.#askedFor = (error as Partial<ProviderError>).retryAfter ?? 0;
      if (this.#answers) return { state: 'failed', reason: (error as Error).message };
      return { state: 'pending', progress: `cannot be read back: ${(error as Error).message}` };
    }
  }

  /** Gives an end only when the platform says that it can never be. */
  async #send(): Promise<SentCall | OperationEnd> {
    const { world, state } = this.#session;
    const { key, signal } = this.#options;
    const what = this.#operation.kind;
    this.#tries += 1;
    const send = (waiting: AbortSignal) => {
      const told = contextOf(this.#session, this.#step, { key, signal: waiting });
      const context = { ...told, fence: state.epoch };
      return world.provider.apply(this.#operation, context);
    };
    try {
      await bounded(world, send, { what, signal });
      this.#acceptedAt = world.clock.monotonic();
      this.#session.acceptedAt = this.#acceptedAt;
      return 'accepted';
    } catch (error) {
      return this.#judge(error);
    }
  }

  async #judge(error: unknown): Promise<SentCall | OperationEnd> {
    const failure = failureClass(error);
    const message = (error as Error).message;
    this.#trouble = message;
    if (failure === 'fenced' || failure === 'denied') throw error;
    if (failure === 'unknown') this.#session.lostAnswer();
    if (failure === 'permanent') {
      if (this.#options.direction === 'forward')
        return { end: 'failed', reason: message, logs: [] };
      const step = await this.#options.undone();
      if (step) return { end: 'undone', step };
    }
    const sent = failure === 'unknown' ? 'lost' : 'refused';
    if (this.#options.signal.aborted) return sent;
    const { world } = this.#session;
    const asked = isProviderError(error) ? error.retryAfter : undefined;
    // A first conflict is settled by reading again; one that stays is somebody else at work.
    const atOnce = failure === 'unknown' || (failure === 'conflict' && this.#tries === 1);
    const wait = atOnce ? 0 : backoff(world, this.#tries, asked);
    this.#retrying(message, wait);
    await world.clock.sleep(wait, this.#options.signal);
    return sent;
  }

  /** Looks until it is settled; null when it should be sent again. */
  async #settle(sent: SentCall, left: () => number): Promise<OperationEnd | null> {
    const { clock, pace } = this.#session.world;
    const { signal } = this.#options;
    const begun = clock.monotonic();
    let said = '';
    const { poll } = timingOf(this.#session);
    const longest = Math.max(pace.verifyLongest, poll);
    for (
      let wait = Math.max(pace.verifyFirst, poll);
      left() > 0;
      wait = Math.min(wait * 1.5, longest)
    ) {
      const seen = await this.readBack();
      if (seen.state !== 'pending') return this.#conclude(seen);
      this.#trouble = seen.progress;
      said = this.#tell(seen, said);
      if (signal.aborted) return { end: 'stopped' };
      // Absolute operations can be sent again: one that was lost must be, one that was accepted may have been undone.
      const patience = seen.again
        ? resendSoon(this.#session, this.#tries)
        : resendAfter(this.#session, this.#operation.kind, sent);
      const rest = Math.max(wait, this.#askedFor);
      // Whatever waits for us to send it once more is not let wait for the next look.
      const due = seen.again
        ? Math.max(this.#askedFor, begun + patience - clock.monotonic())
        : rest;
      await clock.sleep(Math.max(0, Math.min(rest, due, left())), signal);
      // By the same sum as `due`: rounded another way, a moment that is due might never be over.
      if (clock.monotonic() >= begun + patience)
        return sent === 'accepted' ? this.#cameUndone() : null;
    }
    return null;
  }

  /** On the way back a bad answer is only a reason to try again, unless what has to be changed is nowhere any more. */
  async #conclude(seen: Exclude<Verification, { state: 'pending' }>): Promise<OperationEnd | null> {
    if (seen.state === 'done') return done(seen);
    if (isLost(seen)) return this.#lost(seen);
    if (this.#options.direction === 'forward') {
      return seen.state === 'diverged'
        ? diverged(seen)
        : { end: 'failed', reason: seen.reason, logs: seen.logs ?? [] };
    }
    const undone = await this.#cameUndone();
    if (undone) return undone;
    const { world } = this.#session;
    const wait = Math.max(world.pace.verifyLongest, backoff(world, this.#tries));
    this.#trouble = seen.state === 'failed' ? seen.reason : diverged(seen).reason;
    this.#retrying(this.#trouble, wait);
    await world.clock.sleep(wait, this.#options.signal);
    return null;
  }

  /** Null where a later look finds it: then it is sent again. */
  async #lost(first: Verification): Promise<OperationEnd | null> {
    const { signal, direction } = this.#options;
    const look = () => this.readBack();
    const reason = await lostForGood(this.#session, { first, look }, signal);
    if (reason === null) return signal.aborted ? { end: 'stopped' } : null;
    return direction === 'back' ? lostEnd(reason) : { end: 'diverged', reason };
  }

  /** A platform that accepts a call and carries it out later does not say that what it needs has gone. */
  async #cameUndone(): Promise<OperationEnd | null> {
    const step = this.#options.direction === 'back' ? await this.#options.fallen() : null;
    return step && { end: 'undone', step };
  }

  #retrying(error: string, wait: number): void {
    const attempt = this.#tries;
    emit(this.#session, 'retrying', { step: this.#step.id, error, attempt, wait });
  }

  #tell({ lines = [], progress }: PendingVerification, said: string): string {
    const messages = progress === said ? lines : [...lines, progress];
    for (const message of messages)
      emit(this.#session, 'step-progress', { step: this.#step.id, message });
    return progress;
  }
}

function done({ facts }: Extract<Verification, { state: 'done' }>): OperationEnd {
  return { end: 'done', ...(facts ? { facts } : {}) };
}

/** On the way back: nothing that is sent can bring it about. */
export const lostEnd = (reason: string): OperationEnd => ({ end: 'failed', reason, logs: [] });

export function diverged(
  seen: Extract<Verification, { state: 'diverged' }>,
): Extract<OperationEnd, { end: 'diverged' }> {
  if (isLost(seen)) return { end: 'diverged', reason: lostWords(seen) };
  const reason = `expected ${JSON.stringify(seen.expected)}, found ${JSON.stringify(seen.found)}`;
  return { end: 'diverged', reason };
}
