interface Event {
  /** Ms since its bucket of time began. */
  readonly offset: number;
  readonly bin: number;
  readonly bad: boolean;
}

const FIRST_SIZE = 1024;
const EVENT_LOG_MAX_SIZE = 262_144;

/** The newest requests one by one, four bytes each; it grows with the traffic, up to a megabyte. */
export class EventLog {
  written = 0;
  #events = new Uint32Array(FIRST_SIZE);

  add({ offset, bin, bad }: Event): void {
    const size = this.#events.length;
    if (this.written === size && size < EVENT_LOG_MAX_SIZE) {
      const larger = new Uint32Array(2 * size);
      larger.set(this.#events);
      this.#events = larger;
    }
    this.#events[this.written % this.#events.length] = (offset << 16) | (bin << 1) | (bad ? 1 : 0);
    this.written++;
  }

  /** Nothing when the first of them has been overwritten. */
  *read(from: number, count: number): Generator<Event> {
    if (from < this.written - this.#events.length) return;
    for (let i = from; i < from + count; i++) {
      const code = this.#events[i % this.#events.length] as number;
      yield { offset: code >>> 16, bin: (code >>> 1) & 0x7fff, bad: (code & 1) === 1 };
    }
  }
}
