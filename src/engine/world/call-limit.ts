import { ProviderError } from '../../contract/index.ts';
import { formatDuration } from '../../lib/duration.ts';
import { OVER } from '../../lib/linked-signal.ts';
import type { JournalAccess } from './world.ts';

export interface Bounds {
  /** For people: what did not answer. */
  readonly what: string;
  /** Ms; as long as one call may take where nothing is given. */
  readonly within?: number;
  /** Ends the waiting early; what was sent may still take effect. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * No call to the outside is waited for without end: a lost answer is an unknown outcome, no more.
 * The call is told by its signal when nobody waits for it any longer.
 */
export function bounded<T>(
  world: JournalAccess,
  call: (signal: AbortSignal) => Promise<T>,
  bounds: Bounds,
): Promise<T> {
  const { what, within = world.pace.call, signal } = bounds;
  const waiting = new AbortController();
  const began = world.clock.monotonic();
  const trace = (end: string) =>
    world.trace?.(`${what}: ${end} after ${Math.round(world.clock.monotonic() - began)} ms`);
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      close();
      waiting.abort(OVER);
      trace('given up');
      reject(new ProviderError('unknown', `${what}: no answer within ${formatDuration(within)}`));
    };
    const cancel = world.clock.after(within, giveUp);
    const close = () => {
      cancel();
      signal?.removeEventListener('abort', giveUp);
    };
    signal?.addEventListener('abort', giveUp, { once: true });
    const send = async () => call(waiting.signal);
    send()
      .then(
        (answer) => {
          trace('answered');
          resolve(answer);
        },
        (error: Error) => {
          trace(`failed (${error?.message})`);
          reject(error);
        },
      )
      .then(close);
    if (signal?.aborted) giveUp();
  });
}
