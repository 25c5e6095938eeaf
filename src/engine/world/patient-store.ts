import {
  type FailureClass,
  failureClass,
  isDeployError,
  type Store,
} from '../../contract/index.ts';
import { bounded } from './call-limit.ts';
import { storeDenied, storeFailed } from './errors.ts';
import type { JournalAccess } from './world.ts';

/** Full jitter: a random wait up to a bound that doubles, so that many clients do not march in step. */
export function backoff(world: JournalAccess, attempt: number, retryAfter = 0): number {
  const bound = Math.min(30_000, 100 * 2 ** attempt);
  return Math.max(retryAfter, world.random.next() * bound);
}

/** How long the last try of somebody who must leave may take. */
const LAST_TRY = 1500;

export interface Tries {
  /** Aborted for whoever must leave: one short try more. */
  readonly hurry?: AbortSignal | undefined;
  /** Ms that it is tried for; as long as a holder may act unseen where nothing is given. */
  readonly within?: number | undefined;
  /** Ms for which credentials that are refused may be renewed; without it they are waited for like all else. */
  readonly denied?: number | undefined;
  /** Told of each try that failed and is followed by another. */
  readonly failed?: ((error: Error) => void) | undefined;
}

/** A store call, tried again with the very same bytes as long as that makes sense. */
export async function retryStore<T>(
  world: JournalAccess,
  call: () => Promise<T>,
  { hurry, within = world.pace.selfFence, denied, failed }: Tries = {},
): Promise<T> {
  const start = world.clock.monotonic();
  for (let attempt = 1; ; attempt++) {
    const last = hurry?.aborted ?? false;
    const bounds = last ? { within: LAST_TRY } : { signal: hurry };
    try {
      return await bounded(world, call, { what: 'the store', ...bounds });
    } catch (error) {
      if (isDeployError(error)) throw error;
      const spent = world.clock.monotonic() - start;
      const end = endOfTries(failureClass(error), { last, spent, within, denied });
      if (end) throw end(world, error);
      failed?.(error as Error);
      await world.clock.sleep(backoff(world, attempt), hurry);
    }
  }
}

/** What to say when it is not tried again; null where it is. */
function endOfTries(
  failure: FailureClass,
  { last, spent, within, denied }: Pick<Tries, 'denied'> & Tried,
) {
  if (last || failure === 'permanent' || spent > within) return storeFailed;
  return failure === 'denied' && denied !== undefined && spent > denied ? storeDenied : null;
}

interface Tried {
  readonly last: boolean;
  readonly spent: number;
  readonly within: number;
}

/** A proof is made of so many calls, one after the other, each of which a store may try again. */
const PROOF_CALLS = 6;

/** The store as the engine reads it: no call waits for ever, and none gives up at the first failure. */
export function sturdy(world: JournalAccess): Store {
  const { store } = world;
  return {
    url: store.url,
    limits: store.limits,
    get: (key) => retryStore(world, () => store.get(key)),
    create: (key, value) => retryStore(world, () => store.create(key, value)),
    put: (key, value) => bounded(world, () => store.put(key, value), { what: 'the store' }),
    list: (prefix, after) => retryStore(world, () => store.list(prefix, after)),
    remove: (key) => retryStore(world, () => store.remove(key)),
    probe: () => {
      const bounds = { what: 'the store', within: PROOF_CALLS * world.pace.call };
      return bounded(world, () => store.probe(), bounds).catch((error: unknown) => {
        throw isDeployError(error) ? error : storeFailed(world, error);
      });
    },
  };
}
