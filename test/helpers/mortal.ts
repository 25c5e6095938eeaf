import { ProviderError, type Store } from '../../src/contract/index.ts';

/** A store that ends, as for a process that is killed, at one of its calls: before or after it took effect. */
export function mortal(store: Store, calls: number, dies: 'before' | 'after'): Store {
  let left = calls;
  const call = async <T>(send: () => Promise<T>): Promise<T> => {
    left -= 1;
    if (left < -1 || (left === -1 && dies === 'before')) throw killed();
    const answer = await send();
    if (left === -1) throw killed();
    return answer;
  };
  return {
    ...store,
    get: (key) => call(() => store.get(key)),
    create: (key, value) => call(() => store.create(key, value)),
    put: (key, value) => call(() => store.put(key, value)),
    list: (prefix, after) => call(() => store.list(prefix, after)),
    remove: (key) => call(() => store.remove(key)),
  };
}

/** Of a kind that nobody tries again. */
const killed = () => new ProviderError('permanent', 'killed');
