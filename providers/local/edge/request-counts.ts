import type { ReleaseId } from '../../../src/contract/index.ts';
import { type WindowRequest, Windows, type WindowsReading } from './count-windows.ts';

/** Upper bounds in seconds of the histogram that Prometheus scrapes. */
export const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What happened to the requests of one release: plain numbers, because every request adds to them. */
export class Tally {
  /** By first digit of the status. */
  readonly classes = new Float64Array(6);
  /** Requests that this release could not be reached for. */
  failed = 0;
  aborted = 0;
  retried = 0;
  seconds = 0;
  readonly durations = new Float64Array(BOUNDS.length + 1);
  readonly windows = new Windows();

  answered(status: number, now: number, ms: number): void {
    const first = (status / 100) | 0;
    (this.classes[first] as number)++;
    this.#timed(ms);
    this.windows.record(now, ms, first === 5);
  }

  /** No answer, or one that broke off. */
  broke(now: number, ms: number): void {
    this.failed++;
    this.#timed(ms);
    this.windows.record(now, ms, true);
  }

  #timed(ms: number): void {
    const seconds = ms / 1000;
    this.seconds += seconds;
    let bin = 0;
    while (bin < BOUNDS.length && seconds > (BOUNDS[bin] as number)) bin++;
    (this.durations[bin] as number)++;
  }
}

/** Tallies by release; those of releases that are gone are kept for as long as windows reach back. */
export class Tallies {
  readonly all = new Map<ReleaseId, Tally>();
  /** Requests by the status they were turned away with, for what their client did: no release's. */
  readonly refused = new Map<number, number>();
  #gone = new Map<ReleaseId, number>();

  of(release: ReleaseId): Tally {
    const known = this.all.get(release);
    if (known) return known;
    const tally = new Tally();
    this.all.set(release, tally);
    return tally;
  }

  refuse(status: number): void {
    this.refused.set(status, (this.refused.get(status) ?? 0) + 1);
  }

  keep(present: readonly ReleaseId[], now: number): void {
    for (const id of this.all.keys()) {
      if (present.includes(id)) this.#gone.delete(id);
      else if (!this.#gone.has(id)) this.#gone.set(id, now);
      else if (now - (this.#gone.get(id) ?? now) > 15 * 60_000) this.all.delete(id);
    }
  }

  read(now: number, request: WindowRequest): Record<ReleaseId, WindowsReading> {
    return Object.fromEntries(
      [...this.all].map(([id, { windows }]) => [id, windows.read(now, request)]),
    );
  }
}
