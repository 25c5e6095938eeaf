import { expect, test } from 'vitest';
import { openCluster } from '../../../src/clients/kubernetes/index.ts';
import { createKubernetesStore } from '../../../stores/kubernetes/index.ts';
import { ConfigMaps } from './config-maps.ts';

/** A store whose server tells what it was asked. */
async function withStore(
  body: (store: ReturnType<typeof createKubernetesStore>, server: ConfigMaps) => Promise<void>,
): Promise<void> {
  const server = await ConfigMaps.open();
  const door = {
    context: 'test',
    cluster: { server: server.url },
    user: {},
    namespace: null,
    all: { clusters: [], users: [], contexts: [], current: null },
  };
  const cluster = openCluster(door);
  try {
    await body(createKubernetesStore({ url: 'kubernetes:///n', cluster, namespace: 'n' }), server);
  } finally {
    await cluster.close();
    await server.close();
  }
}

test('a record that was written or read a moment ago is not asked for again', () =>
  withStore(async (store, server) => {
    await store.create('targets/a/log/1', 'one');
    expect(await store.get('targets/a/log/1')).toBe('one');
    expect(server.reads).toBe(0);
  }));

test('what may be changed, and what was not there, is asked for each time', () =>
  withStore(async (store, server) => {
    await store.put('targets/a/head', '1');
    for (let n = 0; n < 2; n += 1) {
      expect(await store.get('targets/a/head')).toBe('1');
      expect(await store.get('targets/a/log/2')).toBeNull();
    }
    expect(server.reads).toBe(4);
  }));

test('what this store has removed is gone for it at once', () =>
  withStore(async (store) => {
    await store.create('targets/a/log/1', 'one');
    await store.remove('targets/a/log/1');
    expect(await store.get('targets/a/log/1')).toBeNull();
  }));
