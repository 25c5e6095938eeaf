import type { FailureClass } from '../../contract/index.ts';
import { systemClock } from '../../lib/clock.ts';
import { ApiError } from './failure.ts';

/** Ms before each further try: a server that is busy or has just begun is there again by then. */
export const WAITS = [150, 600, 2000];
/** Ms that the server may ask for; one that wants longer is told of instead. */
const SERVER_WAIT_MAX_MS = 5000;

export interface Patience {
  /** Failures after which the same may be sent again. */
  readonly after: readonly FailureClass[];
  readonly waits?: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

/** Does again what may be done twice and failed for a reason that passes: a few times, and not for long. */
export async function patiently<T>(
  attempt: () => Promise<T>,
  { after, waits = WAITS, signal }: Patience,
): Promise<T> {
  for (const wait of waits) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ApiError) || !after.includes(error.failure)) throw error;
      const { retryAfter: asked = 0 } = error;
      if (asked > SERVER_WAIT_MAX_MS || signal?.aborted) throw error;
      await systemClock.sleep(Math.max(wait, asked), signal);
      if (signal?.aborted) throw error;
    }
  }
  return attempt();
}
