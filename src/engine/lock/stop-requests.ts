import type { Control, ExitCode, Plan } from '../../contract/index.ts';
import { EXIT } from '../../contract/index.ts';
import { decide, type Row } from '../../lib/decision-table.ts';
import { OVER } from '../../lib/linked-signal.ts';
import type { SignalName, World } from '../world/world.ts';

/** Why a holder lets go when nobody is there to say yes. */
export const WAITING = 'waiting for approval';

/** One key press may arrive twice, directly and through the shell or npm. */
const SAME_PRESS = 300;

export type Wish = 'pause' | 'turn';

export interface Stance {
  /** The way back has begun: the wish to go back is fulfilled, and only a wish to rest counts. */
  readonly back: boolean;
  readonly onInterrupt: Plan['onInterrupt'];
}

/** What was asked for before the way back began. */
export interface AskedBefore {
  /** Its time ran out while the turn was recorded. */
  readonly isLeaving: boolean;
  readonly isSignalled: boolean;
  readonly isPausing: boolean;
}

/** `rest`: nothing is waited for any more; `rest-soon`: what is in flight may end first. */
export type AfterTurn = 'rest' | 'rest-soon' | 'go-back';

const AFTER_TURN: readonly Row<AskedBefore, AfterTurn>[] = [
  [{ isLeaving: true }, 'rest'],
  [{ isSignalled: true, isPausing: true }, 'rest-soon'],
  [{}, 'go-back'],
];

export const afterTurn = (asked: AskedBefore): AfterTurn => decide(AFTER_TURN, asked);

/**
 * What the outside wants of a running deployment. `pause` ends waits and starts nothing new;
 * `turn` ends everything under way, to go back; `leave` stops waiting even for what is in flight.
 */
export class StopRequests {
  #pause = new AbortController();
  #turn = new AbortController();
  #waits = new AbortController();
  #operations = new AbortController();
  readonly #leave = new AbortController();
  readonly #waiters = new Set<() => void>();
  readonly #world: World;
  readonly #onInterrupt: Plan['onInterrupt'];
  readonly #done = new AbortController();
  #back: boolean;
  #heardAt: number | null = null;
  #unlisten: () => void = () => {};
  reason = '';
  exit: ExitCode = EXIT.waiting;

  constructor(world: World, { back, onInterrupt }: Stance) {
    this.#world = world;
    this.#back = back;
    this.#onInterrupt = onInterrupt;
  }

  /** Ends waits: holds, approvals, checks. */
  get waits(): AbortSignal {
    return this.#waits.signal;
  }

  /** Ends the waiting for operations too. */
  get operations(): AbortSignal {
    return this.#operations.signal;
  }

  /** Nothing is waited for any more. */
  get leaving(): AbortSignal {
    return this.#leave.signal;
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
    this.#done.abort(OVER);
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
    const pause = this.#pause;
    pause.abort(OVER);
    this.#waits.abort(OVER);
    void this.#world.clock.sleep(this.#world.pace.settle, this.#done.signal).then(() => {
      if (this.#pause === pause) this.#leaveNow();
    });
  }

  turn(reason: string): void {
    if (this.#back || this.#turn.signal.aborted) return;
    this.reason = reason;
    for (const ends of [this.#turn, this.#operations, this.#waits]) ends.abort(OVER);
  }

  #leaveNow(): void {
    for (const ends of [this.#leave, this.#operations, this.#waits]) ends.abort(OVER);
  }

  /** The way back has begun. It is newer than a wish to pause, but no signal is forgotten over it. */
  turned(): void {
    this.#back = true;
    this.#turn = new AbortController();
    const move = afterTurn({
      isLeaving: this.leaving.aborted,
      isSignalled: this.#heardAt !== null,
      isPausing: this.#pause.signal.aborted,
    });
    if (move !== 'rest') this.#operations = new AbortController();
    if (move !== 'go-back') return;
    this.#pause = new AbortController();
    this.#waits = new AbortController();
    this.reason = '';
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
    const now = this.#world.clock.monotonic();
    if (this.#heardAt !== null && now - this.#heardAt < SAME_PRESS) return;
    const first = this.#heardAt === null;
    this.#heardAt = now;
    const exit = signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
    const reason = `interrupted by ${signal}`;
    if (first && this.#onInterrupt === 'rollback' && !this.#back) this.#goBack(signal, reason);
    else if (this.#pause.signal.aborted) this.#leaveNow();
    else this.pause(reason, exit);
  }

  /** Whoever terminates a process kills it soon: the way back is begun and then left to a resume. */
  #goBack(signal: SignalName, reason: string): void {
    this.turn(reason);
    if (signal === 'SIGINT') return;
    void this.#world.clock.sleep(this.#world.pace.settle, this.#done.signal).then(() => {
      this.pause(reason, EXIT.terminated);
      this.#leaveNow();
    });
  }
}

function turnReason(control: Control): string {
  const words = control.kind === 'abort' ? 'aborted' : 'rolled back';
  return `${words} by ${control.actor.name}${control.reason ? `: ${control.reason}` : ''}`;
}
