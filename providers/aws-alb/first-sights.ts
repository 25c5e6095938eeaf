import { systemClock } from '../../src/lib/clock.ts';

/**
 * How long this process has known of a change, by its own clock. Marks tell when a change was made by
 * the clock of whoever made it: where that one is ahead of ours, they say for too long that it is new.
 */
export class FirstSights {
  #first = new Map<string, number>();

  /** Ms since it was asked about for the first time. */
  since(change: string): number {
    const now = systemClock.monotonic();
    const first = this.#first.get(change) ?? now;
    this.#first.set(change, first);
    return now - first;
  }
}
