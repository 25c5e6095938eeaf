import type { Store } from '../../../src/contract/index.ts';
import { createMemoryStore } from '../../../stores/memory/index.ts';
import { storeSuite } from '../../contract/store-suite.ts';

const contents = new WeakMap<Store, Map<string, string>>();

function openMemory(entries: Map<string, string>): Store {
  const store = createMemoryStore(entries);
  contents.set(store, entries);
  return store;
}

storeSuite({
  name: 'memory',
  make: async () => openMemory(new Map()),
  reopen: (store) => openMemory(contents.get(store) ?? new Map()),
});
