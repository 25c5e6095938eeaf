import { ProviderError, type Store } from '../../src/contract/index.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';

export interface StoreTrouble {
  readonly clock: Clock;
  readonly chance: Chance;
  faults: Faults;
  /** Every call fails until then. */
  downUntil: number;
  /** Every write is refused until then. */
  fullUntil: number;
}

const never = () => new Promise<never>(() => {});
/** What was sent takes effect within this time, or never. */
const LATEST = 14_000;

/** A store that fails in all the ways stores do, except that it never lies about `create`. */
export function flakyStore(store: Store, trouble: StoreTrouble): Store {
  const { clock, chance } = trouble;
  const late = (write: () => Promise<unknown>) =>
    void clock.sleep(chance.between(0, LATEST)).then(write);

  async function call<T>(send: () => Promise<T>, writes: boolean): Promise<T> {
    const { faults } = trouble;
    const now = clock.monotonic();
    if (chance.hits(faults.storeSlow)) await clock.sleep(chance.between(0, 4000));
    if (now < trouble.downUntil) throw new ProviderError('transient', 'connection refused');
    if (writes && now < trouble.fullUntil) throw new ProviderError('permanent', 'the disk is full');
    if (chance.hits(faults.storeTransient)) throw new ProviderError('transient', '503');
    if (chance.hits(faults.storeSilent)) {
      if (writes && chance.hits(0.5)) await send();
      return never();
    }
    if (writes && chance.hits(faults.storeLate)) {
      late(send);
      throw new ProviderError('unknown', 'connection reset');
    }
    const answer = await send();
    if (chance.hits(faults.storeLost)) throw new ProviderError('unknown', 'connection reset');
    return answer;
  }

  return {
    url: store.url,
    get: (key) => call(() => store.get(key), false),
    create: (key, value) => call(() => store.create(key, value), true),
    put: (key, value) => call(() => store.put(key, value), true),
    list: (prefix) => call(() => store.list(prefix), false),
    probe: () => store.probe(),
  };
}
