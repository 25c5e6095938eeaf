/** Made once: the usual reason of an abort is an error with a stack trace of its own. */
export const OVER = new DOMException('no longer needed', 'AbortError');

/**
 * Works under a signal that aborts with any of these, and when the work is over. By hand, because a
 * signal made by `AbortSignal.any` is held by weak references and outlives many collections.
 */
export async function linked<T>(
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ends = new AbortController();
  const end = () => ends.abort(OVER);
  if (signals.some(({ aborted }) => aborted)) end();
  for (const signal of signals) signal.addEventListener('abort', end, { once: true });
  try {
    return await work(ends.signal);
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', end);
    end();
  }
}
