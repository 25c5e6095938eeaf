import type { Clock } from '../../src/lib/clock.ts';

export interface Deadline {
  /** Aborted with a TimeoutError when the time is over, or with the given signal. */
  readonly signal: AbortSignal;
  end(): void;
}

export function deadline(clock: Clock, ms: number, signal: AbortSignal): Deadline {
  const over = new AbortController();
  const expired = new AbortController();
  void clock.sleep(ms, over.signal).then(() => {
    if (over.signal.aborted) return;
    expired.abort(new DOMException(`no answer within ${ms} ms`, 'TimeoutError'));
  });
  return {
    signal: AbortSignal.any([signal, expired.signal]),
    end: () => over.abort(),
  };
}

/** Waits for work that knows no signal, but no longer than the signal allows. */
export function heeding<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
