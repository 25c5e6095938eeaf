import { ProviderError } from '../contract/index.ts';
import { formatDuration } from '../lib/duration.ts';
import type { Reading } from './world.ts';

const NO_ANSWER = Symbol('no answer');
/** A reason made once: the usual one carries a stack trace for every call. */
const OVER = new Error('answered');

export interface Bounds {
  /** For people: what did not answer. */
  readonly what: string;
  /** Ms; as long as one call may take where nothing is given. */
  readonly within?: number;
  /** Ends the waiting early; what was sent may still take effect. */
  readonly signal?: AbortSignal | undefined;
}

/** No call to the outside is waited for without end: a lost answer is an unknown outcome, no more. */
export async function bounded<T>(
  world: Reading,
  call: () => Promise<T>,
  bounds: Bounds,
): Promise<T> {
  const { what, within = world.pace.call, signal } = bounds;
  const over = new AbortController();
  // By hand: a signal made of two costs more than the rest of a call, and there are many calls.
  const end = () => over.abort(OVER);
  if (signal?.aborted) end();
  signal?.addEventListener('abort', end, { once: true });
  const late = world.clock.sleep(within, over.signal).then(() => NO_ANSWER);
  try {
    const answer = await Promise.race([call(), late]);
    if (answer !== NO_ANSWER) return answer as T;
    throw new ProviderError('unknown', `${what}: no answer within ${formatDuration(within)}`);
  } finally {
    signal?.removeEventListener('abort', end);
    end();
  }
}
