import { systemClock } from '../../lib/clock.ts';
import { ApiError } from './failure.ts';

/** Ms before each further try: a server that is busy or has just begun is there again by then. */
const WAITS = [150, 600, 2000];
/** Ms that the server may ask for; one that wants longer is told of instead. */
const SERVER_WAIT_MAX_MS = 5000;

/** What passes by itself, or is another reading away. */
const PASSING: readonly string[] = ['transient', 'throttled', 'conflict', 'unknown'];

/** Does again what may be done twice and failed for a reason that passes: a few times, and not for long. */
export async function patiently<T>(attempt: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (const wait of WAITS) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ApiError) || !PASSING.includes(error.failure)) throw error;
      const { retryAfter: asked = 0 } = error;
      if (asked > SERVER_WAIT_MAX_MS || signal?.aborted) throw error;
      await systemClock.sleep(Math.max(wait, asked), signal);
      if (signal?.aborted) throw error;
    }
  }
  return attempt();
}
