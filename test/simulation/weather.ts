import type { Clock } from '../../src/lib/clock.ts';
import type { Fault } from './faults.ts';

/** What is wrong for a while with everything, whoever asks. */
export class Weather {
  readonly clock: Clock;
  readonly #until = new Map<Fault, number>();
  readonly #tell: (fault: Fault, who: string | null) => void;

  constructor(clock: Clock, tell: (fault: Fault, who: string | null) => void) {
    this.clock = clock;
    this.#tell = tell;
  }

  set(fault: Fault, ms: number): void {
    this.#until.set(fault, this.clock.monotonic() + ms);
  }

  /** Counts as met when it is. */
  is(fault: Fault, who: string): boolean {
    const until = this.#until.get(fault);
    if (until === undefined || this.clock.monotonic() >= until) return false;
    this.#tell(fault, who);
    return true;
  }

  clear(): void {
    this.#until.clear();
  }
}
