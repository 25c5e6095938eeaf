import { systemClock } from '../../src/lib/clock.ts';

/** One command reads a record several times within moments; only for so long may what is removed be seen still. */
const KEPT_MS = 5000;
const MOST_KEPT = 512;

/** Values that nobody can change, each as it was read a moment ago. */
export class Kept {
  readonly #values = new Map<string, { readonly value: string; readonly at: number }>();

  get(key: string): string | null {
    const { value, at } = this.#values.get(key) ?? { value: null, at: 0 };
    return systemClock.monotonic() - at < KEPT_MS ? value : null;
  }

  put(key: string, value: string): void {
    if (this.#values.size >= MOST_KEPT) this.#values.clear();
    this.#values.set(key, { value, at: systemClock.monotonic() });
  }

  forget(key: string): void {
    this.#values.delete(key);
  }
}
