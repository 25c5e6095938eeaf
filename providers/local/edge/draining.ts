import type { Upstream } from './upstream.ts';

/** Replicas that finish their requests and get no new ones: reported when idle, and their connections closed. */
export class Draining {
  #busy = new Map<string, Upstream>();
  #drained: (key: string) => void;

  constructor(drained: (key: string) => void) {
    this.#drained = drained;
  }

  begin(key: string, upstream: Upstream): void {
    this.#busy.set(key, upstream);
    upstream.whenIdle(() => {
      this.#busy.delete(key);
      upstream.close();
      this.#drained(key);
    });
  }

  /** The keeper asks about these replicas: those that are idle, or unknown here, are drained. */
  answer(keys: readonly string[]): void {
    for (const key of keys) if (!this.#busy.has(key)) this.#drained(key);
  }
}
