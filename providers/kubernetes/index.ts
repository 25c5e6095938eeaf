import type { Cluster, KubeconfigDoor, KubeObject } from '../../src/clients/kubernetes/index.ts';
import { findDoor, openCluster } from '../../src/clients/kubernetes/index.ts';
import { type Identity, ProviderError, type ProviderKind } from '../../src/contract/index.ts';
import type { Connection } from './connection.ts';
import { kubeConnectionIn, kubeSettingsIn } from './kept.ts';
import { KubernetesProvider } from './provider.ts';
import { groundOf, learnSelector } from './sight.ts';
import { type DrivenName, WORKLOADS } from './workloads.ts';

export const kubernetesProvider: ProviderKind = {
  name: 'kubernetes',
  via: ['context'],
  settings: async () => (await import('./settings.ts')).kubeSettingsSchema,
  starter: async () => (await import('./starter.ts')).kubernetesStarter,
  connection: (settings, { folder }) => {
    const { driven, context, namespace, workload, service, router, url, propagation, secrets } =
      kubeSettingsIn(settings);
    const brings = Object.keys(secrets ?? {}).length > 0 ? { folder } : {};
    const place = { context, namespace, workload, ...(driven ? { driven } : {}), ...brings };
    return { ...place, service, router: { ...router }, url, propagation };
  },
  open: async (recorded, { env, via, readSecret }) => {
    const connection = kubeConnectionIn(recorded);
    const door = await findDoor(typeof via.context === 'string' ? via.context : null, env);
    const cluster = openCluster(door);
    if (connection.driven !== undefined) {
      const identity = await kubeIdentityOf(cluster, connection, door);
      const Driver = await DRIVERS[connection.driven]();
      return new Driver(cluster, connection, identity);
    }
    const ground = groundOf(cluster, connection, readSecret);
    const [identity] = await Promise.all([
      kubeIdentityOf(cluster, connection, door),
      // Who may not ask for it hears of that at the first look.
      learnSelector(ground).catch(() => {}),
    ]);
    return new KubernetesProvider(ground, identity);
  },
  store: ({ namespace, context }) =>
    `kubernetes:///${namespace}${context ? `?context=${encodeURIComponent(String(context))}` : ''}`,
  release: async (request) => (await import('./describing.ts')).describeRelease(request),
};

/** Loaded only where they are meant. */
const DRIVERS = {
  rollout: async () => (await import('./argo-rollout/index.ts')).RolloutProvider,
  statefulset: async () => (await import('./stateful-set/index.ts')).StatefulSetProvider,
} as const satisfies Readonly<Record<DrivenName, unknown>>;

/** The namespace tells the cluster, too: its uid is there once in the world, and whoever works in it may read it. */
async function kubeIdentityOf(
  cluster: Cluster,
  { namespace, workload, driven }: Connection,
  { context, cluster: { server } }: KubeconfigDoor,
): Promise<Identity> {
  const found = await cluster.get<KubeObject>({ kind: 'namespaces', name: namespace });
  const uid = found?.metadata.uid;
  if (!uid)
    throw new ProviderError('permanent', `there is no namespace ${namespace} in ${context}`);
  const pins = {
    namespace: uid,
    workload: `${WORKLOADS[driven ?? 'deployment'].title}/${workload}`,
  };
  return {
    provider: 'kubernetes',
    label: `${namespace}/${workload} at ${new URL(server).host}`,
    place: pins,
    pins,
  };
}
