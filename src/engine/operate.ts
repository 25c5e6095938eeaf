import {
  failureClass,
  type Operation,
  ProviderError,
  type Step,
  type Verification,
} from '../contract/index.ts';
import { backoff } from './retry.ts';
import type { Session } from './session.ts';
import { emit } from './world.ts';

export type OperationEnd =
  | { readonly end: 'done' }
  | { readonly end: 'failed'; readonly reason: string; readonly logs: readonly string[] }
  | { readonly end: 'diverged'; readonly reason: string }
  | { readonly end: 'stopped' };

export interface OperateOptions {
  readonly signal: AbortSignal;
  /** It was in flight when a former holder died: look before sending it again. */
  readonly lookFirst: boolean;
  /** On the way back nothing is given up before the deadline. */
  readonly persistent: boolean;
}

/** Makes an operation true: sends it, believes only what is read back, tries again as the failure allows. */
export async function operate(
  session: Session,
  step: Step,
  operation: Operation,
  options: OperateOptions,
): Promise<OperationEnd> {
  const started = session.world.clock.monotonic();
  const left = () => step.deadline - (session.world.clock.monotonic() - started);
  const attempt = new Attempt(session, step, operation, options);
  if (options.lookFirst) {
    const seen = await attempt.readBack();
    if (seen.state === 'done') return { end: 'done' };
    if (seen.state === 'diverged' && !options.persistent) return diverged(seen);
  }
  return attempt.untilSettled(left);
}

class Attempt {
  #session: Session;
  #step: Step;
  #operation: Operation;
  #options: OperateOptions;
  #tries = 0;
  #trouble = '';

  constructor(session: Session, step: Step, operation: Operation, options: OperateOptions) {
    this.#session = session;
    this.#step = step;
    this.#operation = operation;
    this.#options = options;
  }

  async untilSettled(left: () => number): Promise<OperationEnd> {
    while (left() > 0) {
      if (this.#options.signal.aborted) return { end: 'stopped' };
      const refused = await this.#send();
      if (refused && !this.#options.persistent) return refused;
      const end = await this.#settle(left);
      if (end) return end;
    }
    return {
      end: 'failed',
      reason: `not done within its time${this.#trouble && `: ${this.#trouble}`}`,
      logs: [],
    };
  }

  async readBack(): Promise<Verification> {
    try {
      return await this.#session.world.provider.verify(this.#operation);
    } catch (error) {
      if (failureClass(error) === 'fenced') throw error;
      return { state: 'pending', progress: `cannot be read back: ${(error as Error).message}` };
    }
  }

  /** Returns an end only when the platform says that it can never be. */
  async #send(): Promise<OperationEnd | null> {
    const { world, state } = this.#session;
    await this.#session.mayAct();
    this.#tries += 1;
    try {
      const key = `${state.id}/${this.#step.id}`;
      await world.provider.apply(this.#operation, {
        key,
        fence: state.epoch,
        signal: this.#options.signal,
      });
      return null;
    } catch (error) {
      return this.#judge(error);
    }
  }

  async #judge(error: unknown): Promise<OperationEnd | null> {
    const failure = failureClass(error);
    const message = (error as Error).message;
    this.#trouble = message;
    if (failure === 'fenced') throw error;
    if (failure === 'permanent' && !this.#options.persistent)
      return { end: 'failed', reason: message, logs: [] };
    if (this.#options.signal.aborted) return null;
    const { world } = this.#session;
    const asked = error instanceof ProviderError ? error.retryAfter : undefined;
    const wait =
      failure === 'unknown' || failure === 'conflict' ? 0 : backoff(world, this.#tries, asked);
    emit(world, this.#session.state.id, 'retrying', {
      step: this.#step.id,
      error: message,
      attempt: this.#tries,
      wait,
    });
    await world.clock.sleep(wait, this.#options.signal);
    return null;
  }

  /** Looks until it is settled; null when it should be sent again. */
  async #settle(left: () => number): Promise<OperationEnd | null> {
    const { world } = this.#session;
    let said = '';
    for (
      let wait = world.pace.verifyFirst;
      left() > 0;
      wait = Math.min(wait * 1.5, world.pace.verifyLongest)
    ) {
      const seen = await this.readBack();
      if (seen.state === 'done') return { end: 'done' };
      if (seen.state === 'failed')
        return { end: 'failed', reason: seen.reason, logs: seen.logs ?? [] };
      if (seen.state === 'diverged')
        return this.#options.persistent ? this.#pauseBeforeResend() : diverged(seen);
      this.#trouble = seen.progress;
      if (seen.progress !== said) this.#progress(seen.progress);
      said = seen.progress;
      if (this.#options.signal.aborted) return { end: 'stopped' };
      await world.clock.sleep(wait, this.#options.signal);
      // An answer that was lost may mean a call that was lost: absolute operations can be sent again.
      if (this.#tries < 50 && wait >= world.pace.verifyLongest) return null;
    }
    return null;
  }

  async #pauseBeforeResend(): Promise<null> {
    await this.#session.world.clock.sleep(
      this.#session.world.pace.verifyLongest,
      this.#options.signal,
    );
    return null;
  }

  #progress(message: string): void {
    emit(this.#session.world, this.#session.state.id, 'step-progress', {
      step: this.#step.id,
      message,
    });
  }
}

function diverged(seen: Extract<Verification, { state: 'diverged' }>): OperationEnd {
  const reason = `expected ${JSON.stringify(seen.expected)}, found ${JSON.stringify(seen.found)}`;
  return { end: 'diverged', reason };
}
