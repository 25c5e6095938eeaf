import type { Created, Store, StoreLimits } from '../../src/contract/index.ts';
import { checkKey } from '../kit/key.ts';
import { proveStore } from '../kit/prove.ts';
import { checkValue, namesAfter } from '../kit/value.ts';

const MEMORY_STORE_LIMITS: StoreLimits = { value: 2 ** 24, poll: 200 };

/** A store for tests and simulations; several worlds may share one. */
export function createMemoryStore(
  entries = new Map<string, string>(),
  limits: StoreLimits = MEMORY_STORE_LIMITS,
): Store {
  const store: Store = {
    url: 'memory:',
    limits,
    get: async (key) => entries.get(checkKey(key)) ?? null,
    create: async (key, value): Promise<Created> => {
      const present = entries.get(checkKey(key));
      if (present === undefined) entries.set(key, checkValue(value, limits.value));
      return present === undefined ? 'created' : present === value ? 'mine' : 'exists';
    },
    put: async (key, value) => {
      entries.set(checkKey(key), checkValue(value, limits.value));
    },
    list: async (prefix, after) => namesAfter(childNames(entries.keys(), checkKey(prefix)), after),
    remove: async (key) => {
      entries.delete(checkKey(key));
    },
    probe: () => proveStore(store, []),
  };
  return store;
}

function childNames(keys: Iterable<string>, prefix: string): string[] {
  const names = new Set<string>();
  const folder = `${prefix}/`;
  for (const key of keys) {
    if (!key.startsWith(folder)) continue;
    const end = key.indexOf('/', folder.length);
    names.add(end === -1 ? key.slice(folder.length) : key.slice(folder.length, end));
  }
  return [...names].sort();
}
