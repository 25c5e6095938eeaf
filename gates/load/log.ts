import type { Clock } from '../../src/lib/clock.ts';

export interface LoadTally {
  readonly total: number;
  readonly bad: number;
  readonly dropped: number;
  /** Ms from when a request was due, not from when it was sent: a stall counts for all it delayed. */
  readonly p99: number;
}

interface Ended {
  readonly at: number;
  readonly took: number;
  readonly bad: boolean;
  readonly unreached: boolean;
}

/** Ms that are remembered. */
const MEMORY = 600_000;
const LOAD_LOG_MAX_ENTRIES = 400_000;

/** How the requests of a load fared, by the time they ended. */
export class LoadLog {
  readonly #clock: Clock;
  #ended: Ended[] = [];
  #dropped: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(due: number, outcome: { readonly bad: boolean; readonly unreached: boolean }): void {
    const at = this.#clock.monotonic();
    this.#ended.push({ at, took: at - due, ...outcome });
    if (this.#ended.length > LOAD_LOG_MAX_ENTRIES) this.#forget();
  }

  drop(due: number): void {
    this.#dropped.push(due);
    if (this.#dropped.length > LOAD_LOG_MAX_ENTRIES) this.#forget();
  }

  tally({ span, age }: { readonly span: number; readonly age: number }): LoadTally {
    this.#forget();
    const to = this.#clock.monotonic() - age;
    const inside = (at: number) => at > to - span && at <= to;
    const ended = this.#ended.filter(({ at }) => inside(at));
    const took = ended.map((request) => request.took).sort((a, b) => a - b);
    return {
      total: ended.length,
      bad: ended.filter(({ bad }) => bad).length,
      dropped: this.#dropped.filter(inside).length,
      p99: took[Math.ceil(took.length * 0.99) - 1] ?? 0,
    };
  }

  /** Whether more than half of the last requests did not even get a connection. */
  isUnreached(span: number): boolean {
    const since = this.#clock.monotonic() - span;
    const recent = this.#ended.slice(this.#ended.findLastIndex(({ at }) => at < since) + 1);
    return recent.filter(({ unreached }) => unreached).length * 2 > recent.length;
  }

  #forget(): void {
    const since = this.#clock.monotonic() - MEMORY;
    this.#ended = this.#ended.filter(({ at }) => at >= since).slice(-LOAD_LOG_MAX_ENTRIES / 2);
    this.#dropped = this.#dropped.filter((at) => at >= since).slice(-LOAD_LOG_MAX_ENTRIES / 2);
  }
}
