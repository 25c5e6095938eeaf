import type { Created, Store } from '../../src/contract/index.ts';
import { checkKey } from '../kit/key.ts';
import { proveStore } from '../kit/prove.ts';
import { checkValue } from '../kit/value.ts';

/** A store for tests and simulations; several worlds may share one. */
export function createMemoryStore(entries = new Map<string, string>()): Store {
  const store: Store = {
    url: 'memory:',
    get: async (key) => entries.get(checkKey(key)) ?? null,
    create: async (key, value): Promise<Created> => {
      const present = entries.get(checkKey(key));
      if (present === undefined) entries.set(key, checkValue(value));
      return present === undefined ? 'created' : present === value ? 'mine' : 'exists';
    },
    put: async (key, value) => {
      entries.set(checkKey(key), checkValue(value));
    },
    list: async (prefix) => childNames(entries.keys(), checkKey(prefix)),
    remove: async (key) => {
      entries.delete(checkKey(key));
    },
    probe: () => proveStore(store, []),
  };
  return store;
}

function childNames(keys: Iterable<string>, prefix: string): string[] {
  const names = new Set<string>();
  for (const key of keys) {
    if (key.startsWith(`${prefix}/`))
      names.add(key.slice(prefix.length + 1).split('/')[0] as string);
  }
  return [...names].sort();
}
