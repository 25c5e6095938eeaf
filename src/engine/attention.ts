import type { Control, ExitCode } from '../contract/index.ts';
import { EXIT } from '../contract/index.ts';
import type { World } from './world.ts';

export type SignalName = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export interface Interrupts {
  /** Calls back for each signal; returns how to stop listening. */
  listen(heard: (signal: SignalName) => void): () => void;
}

/** Why a holder lets go when nobody is there to say yes. */
export const WAITING = 'waiting for approval';

export type Wish = 'pause' | 'turn';

/**
 * What the outside wants of a running deployment. `pause` ends waits and starts nothing new;
 * `turn` ends everything under way, to go back; `leave` stops waiting even for what is in flight.
 */
export class Attention {
  readonly #pause = new AbortController();
  readonly #turn = new AbortController();
  readonly #leave = new AbortController();
  readonly #waiters = new Set<() => void>();
  readonly #world: World;
  #unlisten: () => void = () => {};
  #done = new AbortController();
  reason = '';
  exit: ExitCode = EXIT.waiting;

  constructor(world: World) {
    this.#world = world;
  }

  /** Ends waits: holds, approvals, checks. */
  get waits(): AbortSignal {
    return AbortSignal.any([this.#pause.signal, this.#turn.signal, this.#leave.signal]);
  }

  /** Ends the waiting for operations too. */
  get operations(): AbortSignal {
    return AbortSignal.any([this.#turn.signal, this.#leave.signal]);
  }

  get wish(): Wish | null {
    if (this.#turn.signal.aborted) return 'turn';
    return this.#pause.signal.aborted ? 'pause' : null;
  }

  listen(): void {
    this.#unlisten = this.#world.interrupts.listen((signal) => this.#hear(signal));
  }

  close(): void {
    this.#unlisten();
    this.#done.abort();
  }

  /** A control record was taken up. */
  take(control: Control): void {
    if (control.kind === 'pause') this.pause(`paused by ${control.actor.name}`, EXIT.waiting);
    if (control.kind === 'abort' || control.kind === 'rollback') this.turn(turnReason(control));
    for (const wake of [...this.#waiters]) wake();
  }

  pause(reason: string, exit: ExitCode): void {
    if (this.#pause.signal.aborted) return;
    this.reason ||= reason;
    this.exit = exit;
    this.#pause.abort();
    void this.#world.clock
      .sleep(this.#world.pace.settle, this.#done.signal)
      .then(() => this.#leave.abort());
  }

  turn(reason: string): void {
    if (this.#turn.signal.aborted) return;
    this.reason = reason;
    this.#turn.abort();
  }

  /** Once the way back has begun only signals count; the wish to go back is fulfilled. */
  turnedRound(): Attention {
    const next = new Attention(this.#world);
    this.close();
    next.listen();
    return next;
  }

  /** Resolves at the next control, or when the signal aborts. */
  nextControl(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const wake = () => {
        this.#waiters.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiters.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  #hear(signal: SignalName): void {
    const exit = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
    if (this.#pause.signal.aborted) this.#leave.abort();
    else this.pause(`interrupted by ${signal}`, exit);
  }
}

function turnReason(control: Control): string {
  const words = control.kind === 'abort' ? 'aborted' : 'rolled back';
  return `${words} by ${control.actor.name}${control.reason ? `: ${control.reason}` : ''}`;
}
