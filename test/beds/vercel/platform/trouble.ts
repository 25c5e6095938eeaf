import type { Json } from '../../../../src/contract/index.ts';

/** Something that goes wrong with a call. */
export interface Trouble {
  /** `POST /v13/deployments`, as the document names it. */
  readonly on: string;
  /** How many calls go well before, and how many go wrong then. */
  readonly after?: number;
  readonly times?: number;
  /** Whether the call takes effect. */
  readonly effect: boolean;
  /** Cuts the connection, or answers something else. */
  readonly answer:
    | 'cut'
    | {
        readonly status: number;
        readonly body?: Json;
        readonly headers?: Readonly<Record<string, string>>;
      };
}

export const throttled = (seconds: number): Trouble['answer'] => ({
  status: 429,
  headers: { 'retry-after': String(seconds) },
  body: { error: { code: 'rate_limited', message: 'Too many requests' } },
});

export const failing = (status: number): Trouble['answer'] => ({
  status,
  body: { error: { code: 'internal_server_error', message: 'An unexpected error occurred' } },
});

/** What is to go wrong, used up as it does. */
export class Troubles {
  #waiting: { trouble: Trouble; after: number; times: number }[] = [];

  add(trouble: Trouble): void {
    this.#waiting.push({ trouble, after: trouble.after ?? 0, times: trouble.times ?? 1 });
  }

  /** Everything is well again. */
  clear(): void {
    this.#waiting = [];
  }

  next(name: string): Trouble | null {
    const found = this.#waiting.find(({ trouble, times }) => trouble.on === name && times > 0);
    if (!found) return null;
    if (found.after > 0) {
      found.after--;
      return null;
    }
    found.times--;
    return found.trouble;
  }
}
