import { findDoor, openCluster } from '../../src/clients/kubernetes/index.ts';
import type { StoreKind } from '../../src/contract/index.ts';
import { namespaceUnnamed } from './errors.ts';
import { createKubernetesStore } from './index.ts';

/** `kubernetes:///namespace?context=name`. Without a context it is the one that is current, or the cluster of this pod. */
export const kubernetesStore: StoreKind = {
  scheme: 'kubernetes',
  words: 'ConfigMaps in a namespace of a cluster, usually that of the service.',
  url: 'kubernetes:///namespace?context=name',
  parameters: {
    context: 'Context of the kubeconfig; by default the current one, or the cluster of this pod.',
  },
  via: ['context'],
  open: async (url, { env, via }) => {
    const namespace = url.pathname.replace(/^\/+|\/+$/g, '');
    if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(namespace)) throw namespaceUnnamed(url);
    const named = (via.context as string | undefined) ?? url.searchParams.get('context');
    const door = await findDoor(named ?? null, env);
    const whole = new URL(`kubernetes:///${namespace}`);
    whole.searchParams.set('context', door.context);
    return createKubernetesStore({ url: whole.href, cluster: openCluster(door), namespace });
  },
};
