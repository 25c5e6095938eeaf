import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cluster, findDoor, openCluster } from '../../../src/clients/kubernetes/index.ts';
import type { Store } from '../../../src/contract/index.ts';
import { createKubernetesStore } from '../../../stores/kubernetes/index.ts';
import { storeSuite } from '../../contract/store-suite.ts';
import { KubernetesFixture } from './fixture.ts';
import { KUBECONFIG, onCluster } from './ground.ts';

onCluster('a store in the cluster', () => {
  const url = 'kubernetes:///test';
  const clusters: Cluster[] = [];
  const namespaces: string[] = [];

  const door = async () => {
    const cluster = openCluster(await findDoor(null, { KUBECONFIG }));
    clusters.push(cluster);
    return cluster;
  };

  afterAll(async () => {
    const [first] = clusters;
    for (const name of namespaces) await first?.remove({ kind: 'namespaces', name });
    for (const cluster of clusters) await cluster.close();
  });

  const places = new Map<Store, { readonly namespace: string; readonly other: Cluster }>();
  const open = (cluster: Cluster, namespace: string, other: Cluster) => {
    const store = createKubernetesStore({ url, cluster, namespace });
    places.set(store, { namespace, other });
    return store;
  };

  storeSuite({
    name: 'of ConfigMaps',
    make: async () => {
      const [cluster, other] = [await door(), await door()];
      const namespace = `deployctl-store-${randomBytes(4).toString('hex')}`;
      await cluster.create({ kind: 'namespaces' }, { metadata: { name: namespace } });
      namespaces.push(namespace);
      return open(cluster, namespace, other);
    },
    reopen: (store) => {
      const { namespace, other } = places.get(store) as { namespace: string; other: Cluster };
      return open(other, namespace, other);
    },
  });

  describe('besides', () => {
    let fixture: KubernetesFixture;
    beforeAll(async () => {
      fixture = await KubernetesFixture.make();
    });
    afterAll(() => fixture?.close());

    test('a record cannot be changed by anybody, only taken away', async () => {
      const store = createKubernetesStore({
        url,
        cluster: fixture.cluster,
        namespace: fixture.namespace,
      });
      await store.create('targets/shop/log/1', 'as it was');
      const [name = ''] = (await fixture.names('configmaps')).filter((one) =>
        one.startsWith('deployctl-'),
      );
      await expect(
        fixture.merge('configmaps', name, { data: { value: 'another' } }),
      ).rejects.toMatchObject({
        failure: 'permanent',
      });
      expect(await store.get('targets/shop/log/1')).toBe('as it was');
    });

    test('it proves that it keeps its promise', async () => {
      const store = createKubernetesStore({
        url,
        cluster: fixture.cluster,
        namespace: fixture.namespace,
      });
      await store.probe();
    });
  });
});
