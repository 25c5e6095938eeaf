/** Time as the product sees it; a simulator brings its own. */
export interface Clock {
  /** Wall clock ms: for people and records, never for measuring. */
  wall(): number;
  /** Ms that only ever grow. */
  monotonic(): number;
  /** Rings once, after ms; never once what it returns was called. */
  after(ms: number, ring: () => void): () => void;
  /** Resolves after ms, or at once when aborted: whoever waits looks at the signal himself. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

const LONGEST_TIMER = 2 ** 31 - 1;

/** How every clock sleeps, given how it rings. */
export function sleepBy(after: Clock['after']): Clock['sleep'] {
  return (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        signal?.removeEventListener('abort', wake);
        cancel();
        resolve();
      };
      const cancel = after(ms, wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
}

function after(ms: number, ring: () => void): () => void {
  const timer = setTimeout(ring, Math.min(Math.max(ms, 0), LONGEST_TIMER));
  return () => clearTimeout(timer);
}

export const systemClock: Clock = {
  wall: () => Date.now(),
  // `performance` would be loaded for it, with histograms and observers.
  monotonic: () => Number(process.hrtime.bigint()) / 1e6,
  after,
  sleep: sleepBy(after),
};
