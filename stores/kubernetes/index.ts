import {
  ApiError,
  type Cluster,
  type KubeObject,
  patiently,
} from '../../src/clients/kubernetes/index.ts';
import type { Created, Store } from '../../src/contract/index.ts';
import { checkKey } from '../kit/key.ts';
import { proveStore } from '../kit/prove.ts';
import { checkValue, namesAfter } from '../kit/value.ts';
import {
  type KubernetesStoreContent,
  kubernetesStorePacked,
  kubernetesStoreUnpacked,
} from './content.ts';
import { Kept } from './kept.ts';
import {
  KUBERNETES_STORE_MARK,
  kubernetesStoreLabelsOf,
  kubernetesStoreNameOf,
  nameIn,
  selectorOf,
} from './names.ts';

type KubernetesStoreEntry = KubeObject & KubernetesStoreContent & { readonly immutable?: boolean };

interface Where {
  readonly url: string;
  readonly cluster: Cluster;
  readonly namespace: string;
}

/** Packed in the worst case it still fits an object; and etcd is asked for other things, too. */
const KUBERNETES_STORE_LIMITS = { value: 700_000, poll: 2000 };

const KUBERNETES_STORE_COMMANDS = ['deployctl deploy --store /an/absolute/folder'];

/** ConfigMaps of a namespace: the API server decides who makes a name first, and etcd keeps it. */
export function createKubernetesStore({ url, cluster, namespace }: Where): Store {
  const all = { kind: 'configmaps', namespace } as const;
  const kept = new Kept();
  const at = (key: string) => ({ ...all, name: kubernetesStoreNameOf(checkKey(key)) });

  const get = async (key: string): Promise<string | null> => {
    const known = kept.get(key);
    if (known !== null) return known;
    const found = await cluster.get<KubernetesStoreEntry>(at(key));
    const value = found && kubernetesStoreUnpacked(found);
    if (found?.immutable && value !== null) kept.put(key, value);
    return value;
  };

  const create = async (key: string, value: string): Promise<Created> => {
    try {
      await cluster.create(all, entryFor(key, value, { immutable: true }));
      kept.put(key, value);
      return 'created';
    } catch (error) {
      if (!isTaken(error)) throw error;
      kept.forget(key);
      const there = await get(key);
      // What was in the way has been taken away meanwhile.
      if (there === null) return create(key, value);
      return there === value ? 'mine' : 'exists';
    }
  };

  const put = async (key: string, value: string): Promise<void> => {
    const { metadata: _, ...content } = entryFor(key, value, { immutable: false });
    const body = { data: null, binaryData: null, ...content };
    try {
      await cluster.patch(at(key), { as: 'merge', body });
    } catch (error) {
      if (!(error instanceof ApiError && error.code === 404)) throw error;
      await cluster.create(all, entryFor(key, value, { immutable: false })).catch((raced) => {
        if (!isTaken(raced)) throw raced;
        return cluster.patch(at(key), { as: 'merge', body });
      });
    }
  };

  const list = async (prefix: string, after?: string) => {
    const folder = checkKey(prefix);
    const found = await cluster.names(all, selectorOf(folder));
    const keys = found.flatMap(
      ({ metadata }) => metadata.annotations?.[KUBERNETES_STORE_MARK.key] ?? [],
    );
    return namesAfter([...new Set(keys.map((key) => nameIn(folder, key)))].sort(), after);
  };

  // All of it may be done twice: what a lost try has created is told from what others have.
  const store: Store = {
    url,
    limits: KUBERNETES_STORE_LIMITS,
    get: (key) => askedAgain(() => get(key)),
    create: (key, value) => askedAgain(() => create(key, value)),
    put: (key, value) => askedAgain(() => put(key, value)),
    list: (prefix, after) => askedAgain(() => list(prefix, after)),
    remove: (key) => {
      kept.forget(key);
      return askedAgain(() => cluster.remove(at(key)));
    },
    probe: () => proveStore(store, KUBERNETES_STORE_COMMANDS),
  };
  return store;
}

const askedAgain = <T>(call: () => Promise<T>) =>
  patiently(call, { after: ['transient', 'conflict', 'unknown'] });

/** Another reason for the same status is that somebody changes it at this moment. */
const isTaken = (error: unknown) => error instanceof ApiError && error.reason === 'AlreadyExists';

function entryFor(key: string, value: string, { immutable }: { readonly immutable: boolean }) {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: kubernetesStoreNameOf(checkKey(key)),
      labels: { 'app.kubernetes.io/managed-by': 'deployctl', ...kubernetesStoreLabelsOf(key) },
      annotations: { [KUBERNETES_STORE_MARK.key]: key },
    },
    ...kubernetesStorePacked(checkValue(value, KUBERNETES_STORE_LIMITS.value)),
    ...(immutable ? { immutable } : {}),
  };
}
