import { type Clock, sleepBy } from '../../src/lib/clock.ts';

/**
 * Between two callbacks of `setImmediate` all promises settle. Asked for in batches, many moments
 * of virtual time pass in one turn of the event loop, which costs more than what happens in them.
 */
const BATCH = 64;

interface Timer {
  readonly at: number;
  readonly order: number;
  /** Null once it is cancelled: it waits for its turn, but holds nothing any more. */
  ring: (() => void) | null;
}

/** Time that passes only when everybody waits. */
export class VirtualClock implements Clock {
  #now = 0;
  #order = 0;
  /** A heap: the timer that is due first is the first one. */
  readonly #timers: Timer[] = [];
  /** Stepped by tests: the wall clock may jump, the monotonic one never does. */
  wallOffset = Date.UTC(2030, 0, 1);

  wall(): number {
    return this.wallOffset + this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  after(ms: number, ring: () => void): () => void {
    const at = this.#now + Math.max(0, ms);
    const timer: Timer = { at, order: this.#order++, ring };
    this.#add(timer);
    return () => {
      timer.ring = null;
    };
  }

  readonly sleep = sleepBy((ms, ring) => this.after(ms, ring));

  /** Lets time pass until the work is done; fails when everybody waits for something that never comes. */
  run<T>(work: Promise<T>, limit = 48 * 3_600_000): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let finished = false;
      const finish = () => {
        finished = true;
        resolve(work);
      };
      work.then(finish, finish);
      const step = () => {
        if (finished) return;
        if (this.#now <= limit && this.#advance()) return;
        finished = true;
        reject(new Error(`nothing more happens at ${this.#now} ms`));
      };
      const turn = () => {
        for (let left = BATCH; left > 0; left--) setImmediate(step);
        setImmediate(() => finished || turn());
      };
      turn();
    });
  }

  #advance(): boolean {
    for (let next = this.#takeFirst(); next; next = this.#takeFirst()) {
      if (!next.ring) continue;
      this.#now = Math.max(this.#now, next.at);
      next.ring();
      return true;
    }
    return false;
  }

  #add(timer: Timer): void {
    const heap = this.#timers;
    let place = heap.push(timer) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above] as Timer;
      if (isFirst(parent, timer)) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = timer;
  }

  #takeFirst(): Timer | null {
    const heap = this.#timers;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || first === last) return first ?? null;
    let place = 0;
    for (;;) {
      const below = this.#firstBelow(place);
      const child = heap[below];
      if (!child || isFirst(last, child)) break;
      heap[place] = child;
      place = below;
    }
    heap[place] = last;
    return first;
  }

  #firstBelow(place: number): number {
    const [left, right] = [2 * place + 1, 2 * place + 2];
    const [a, b] = [this.#timers[left], this.#timers[right]];
    return a && b && isFirst(b, a) ? right : left;
  }
}

const isFirst = (a: Timer, b: Timer) => a.at < b.at || (a.at === b.at && a.order < b.order);
