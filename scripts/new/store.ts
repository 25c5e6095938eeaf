import type { Template } from './names.ts';

export const store: Template = ({ name, value, type }) => ({
  files: {
    [`stores/${name}/kind.ts`]: `import type { StoreKind } from '../../src/contract/index.ts';

/** \`${name}://…\` */
export const ${value}Store: StoreKind = {
  scheme: '${name}',
  open: async (url) => (await import('./index.ts')).create${type}Store(url.href),
};
`,
    [`stores/${name}/index.ts`]: `import type { Store } from '../../src/contract/index.ts';
import { createMemoryStore } from '../memory/index.ts';

/** To be made of something that lasts: for now it forgets all with its process. */
export function create${type}Store(url: string, entries = new Map<string, string>()): Store {
  return { ...createMemoryStore(entries), url };
}
`,
    [`test/stores/${name}/contract.test.ts`]: `import type { Store } from '../../../src/contract/index.ts';
import { create${type}Store } from '../../../stores/${name}/index.ts';
import { storeSuite } from '../../contract/store-suite.ts';

const contents = new WeakMap<Store, Map<string, string>>();

function opened(entries: Map<string, string>): Store {
  const store = create${type}Store('${name}://test', entries);
  contents.set(store, entries);
  return store;
}

storeSuite({
  name: '${name}',
  make: async () => opened(new Map()),
  reopen: (store) => opened(contents.get(store) ?? new Map()),
});
`,
  },
  catalogue: {
    file: 'src/compose/stores.ts',
    line: `  ${/-/.test(name) ? `'${name}'` : name}: async () => (await import('../../stores/${name}/kind.ts')).${value}Store,`,
  },
  after: [
    `  npx vitest run test/stores/${name}    passes as it is, over a map in memory`,
    `  stores/${name}/index.ts: make it of something that lasts; create must be atomic and durable`,
    `  test/stores/${name}: two doors to the same place, and what only this store can suffer`,
    `  npm run format && npm run schema && npm run reference`,
  ],
});
