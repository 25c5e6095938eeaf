import type { WindowRequest } from './count-windows.ts';

const MAX_READERS = 1000;
/** A timer comes a little early or late: so much of a window, and at least so many ms of a short one. */
const PART = 0.25;
const LEAST = 100;

/** Who asks for one window after the other is told of each request once, although its timer wavers. */
export class Readers {
  #ends = new Map<string, number>();
  /** When the traffic was last shared out anew: no window is stretched over that. */
  #changed = 0;

  changed(now: number): void {
    this.#changed = now;
  }

  /** The window that was asked for, begun where the one before it ended if that is where it belongs. */
  next(reader: string, now: number, asked: WindowRequest): WindowRequest {
    const end = Math.floor(Math.min(now, now - asked.age));
    const before = this.#ends.get(reader);
    this.#ends.delete(reader);
    this.#ends.set(reader, end);
    if (this.#ends.size > MAX_READERS) this.#ends.delete(this.#ends.keys().next().value as string);
    if (before === undefined || before >= end) return asked;
    const late = end - asked.span - before;
    const wavers = Math.max(PART * asked.span, Math.min(LEAST, asked.span / 2));
    const follows = Math.abs(late) <= wavers && (late < 0 || before >= this.#changed);
    return follows ? { ...asked, span: end - before } : asked;
  }
}
