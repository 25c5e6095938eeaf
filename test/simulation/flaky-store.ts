import { ProviderError, type Store } from '../../src/contract/index.ts';
import { CANARY } from './canary.ts';
import type { Dice } from './faults.ts';
import type { Weather } from './weather.ts';

const never = () => new Promise<never>(() => {});
/** What was sent takes effect within this time, or never. */
const LATEST = 14_000;

/** A store that fails in all the ways stores do, except that it never lies about `create`. */
export function flakyStore(store: Store, who: string, dice: Dice, weather: Weather): Store {
  const { clock } = weather;

  async function call<T>(send: () => Promise<T>, writes: boolean): Promise<T> {
    if (dice.hits('storeSlow', who)) await clock.sleep(dice.stream('storeSlow').between(0, 4000));
    if (weather.is('store down', who))
      throw new ProviderError('transient', `connection refused, ${CANARY}`);
    if (writes && weather.is('store full', who))
      throw new ProviderError('permanent', `the disk is full, ${CANARY}`);
    if (dice.hits('storeTransient', who)) throw new ProviderError('transient', `503 ${CANARY}`);
    if (dice.hits('storeSilent', who)) {
      if (writes && dice.stream('storeSilent').hits(0.5)) await send();
      return never();
    }
    if (writes && dice.hits('storeLate', who)) {
      void clock.sleep(dice.stream('storeLate').between(0, LATEST)).then(send);
      throw new ProviderError('unknown', 'connection reset');
    }
    const answer = await send();
    if (dice.hits('storeLost', who)) throw new ProviderError('unknown', 'connection reset');
    return answer;
  }

  async function listed(prefix: string, after?: string): Promise<readonly string[]> {
    const names = await store.list(prefix, after);
    const missing = dice.hits('staleList', who, 2) ? dice.stream('staleList').whole(1, 3) : 0;
    return names.slice(0, Math.max(0, names.length - missing));
  }

  return {
    ...store,
    get: (key) => call(() => store.get(key), false),
    create: (key, value) => call(() => store.create(key, value), true),
    put: (key, value) => call(() => store.put(key, value), true),
    list: (prefix, after) => call(() => listed(prefix, after), false),
    remove: (key) => call(() => store.remove(key), true),
  };
}
