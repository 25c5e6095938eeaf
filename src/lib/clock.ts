/** Time as the product sees it; a simulator brings its own. */
export interface Clock {
  /** Wall clock ms: for people and records, never for measuring. */
  wall(): number;
  /** Ms that only ever grow. */
  monotonic(): number;
  /** Resolves after ms, or at once when aborted: whoever waits looks at the signal himself. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

const LONGEST_TIMER = 2 ** 31 - 1;

export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, Math.min(Math.max(ms, 0), LONGEST_TIMER));
      signal?.addEventListener('abort', done, { once: true });
    }),
};
