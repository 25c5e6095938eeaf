import type { Clock } from '../../src/lib/clock.ts';

/** Real ticks of the event loop between two moments of virtual time, so that all promises settle first. */
const nextTick = () => new Promise<void>((resolve) => setImmediate(resolve));

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
}

/** Time that passes only when everybody waits. */
export class VirtualClock implements Clock {
  #now = 0;
  #order = 0;
  #timers: Timer[] = [];
  /** Stepped by tests: the wall clock may jump, the monotonic one never does. */
  wallOffset = Date.UTC(2030, 0, 1);

  wall(): number {
    return this.wallOffset + this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const timer: Timer = {
        at: this.#now + Math.max(0, ms),
        order: this.#order++,
        fire: () => done(),
      };
      const done = () => {
        signal?.removeEventListener('abort', done);
        this.#timers = this.#timers.filter((other) => other !== timer);
        resolve();
      };
      signal?.addEventListener('abort', done, { once: true });
      this.#timers.push(timer);
    });
  }

  /** Lets time pass until the work is done; fails when everybody waits for something that never comes. */
  async run<T>(work: Promise<T>, limit = 48 * 3_600_000): Promise<T> {
    const settled = work.then(
      () => true,
      () => true,
    );
    let finished = false;
    void settled.then(() => {
      finished = true;
    });
    for (;;) {
      await nextTick();
      if (finished) return work;
      if (!this.#advance() || this.#now > limit)
        throw new Error(`nothing more happens at ${this.#now} ms`);
    }
  }

  #advance(): boolean {
    const next = this.#timers.reduce<Timer | null>((first, timer) => {
      const earlier =
        !first || timer.at < first.at || (timer.at === first.at && timer.order < first.order);
      return earlier ? timer : first;
    }, null);
    if (!next) return false;
    this.#now = Math.max(this.#now, next.at);
    next.fire();
    return true;
  }
}
