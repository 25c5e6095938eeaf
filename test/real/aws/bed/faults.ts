/**
 * What goes wrong with one call: no answer although or because nothing was done, an answer that
 * says the service is unavailable, a refusal for too many calls or because another write for the same
 * key is under way, or merely much time.
 */
export type FaultKind =
  | 'lostBefore'
  | 'lostAfter'
  | 'unavailable'
  | 'throttled'
  | 'conflict'
  | 'slow';

export interface Fault {
  /** The action it waits for; any where none is named. */
  readonly on?: string;
  readonly is: FaultKind;
  /** How many calls it meets; once where nothing is said. */
  readonly times?: number;
  /** Ms, for `slow`. */
  readonly wait?: number;
}

/** Faults wait in order; a call meets the first that fits it. */
export class Faults {
  #waiting: { fault: Fault; left: number }[] = [];

  plant(...faults: readonly Fault[]): void {
    for (const fault of faults) this.#waiting.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#waiting = [];
  }

  get isSpent(): boolean {
    return this.#waiting.length === 0;
  }

  meet(action: string): Fault | null {
    const found = this.#waiting.find(({ fault }) => (fault.on ?? action) === action);
    if (!found) return null;
    found.left -= 1;
    if (found.left <= 0) this.#waiting = this.#waiting.filter((entry) => entry !== found);
    return found.fault;
  }
}
