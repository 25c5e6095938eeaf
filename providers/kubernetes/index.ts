import type { Cluster, KubeconfigDoor, KubeObject } from '../../src/clients/kubernetes/index.ts';
import { findDoor, openCluster } from '../../src/clients/kubernetes/index.ts';
import {
  DeployError,
  type Identity,
  ProviderError,
  type ProviderKind,
} from '../../src/contract/index.ts';
import type { Connection } from './connection.ts';
import type { Template } from './objects.ts';
import { KubernetesProvider } from './provider.ts';
import { described } from './release.ts';
import type { KubernetesSettings } from './settings.ts';
import { templateOf, withImages } from './template.ts';

export const kubernetesProvider: ProviderKind = {
  name: 'kubernetes',
  via: ['context'],
  settings: async () => (await import('./settings.ts')).kubeSettingsSchema,
  starter: async () => (await import('./starter.ts')).kubernetesStarter,
  connection: (settings) => {
    const { driven, context, namespace, workload, service, router, url, propagation } =
      settings as unknown as KubernetesSettings;
    const place = { context, namespace, workload, ...(driven ? { driven } : {}) };
    return { ...place, service, router: { ...router }, url, propagation };
  },
  open: async (recorded, { env, via }) => {
    const connection = recorded as unknown as Connection;
    const door = await findDoor(typeof via.context === 'string' ? via.context : null, env);
    const cluster = openCluster(door);
    const identity = await kubeIdentityOf(cluster, connection, door);
    if (connection.driven === undefined)
      return new KubernetesProvider(cluster, connection, identity);
    const { RolloutProvider } = await import('./argo-rollout/index.ts');
    return new RolloutProvider(cluster, connection, identity);
  },
  store: ({ namespace, context }) =>
    `kubernetes:///${namespace}${context ? `?context=${encodeURIComponent(String(context))}` : ''}`,
  release: async ({ version, settings, surroundings, provider }) => {
    const { live, releases, owner } = await provider.observe();
    const base = releases.find(({ id }) => id === live)?.release;
    const { image, container, workload, namespace, source } =
      settings as unknown as KubernetesSettings;
    if (!base)
      throw new DeployError('plan-refused', {
        message: `There is no Deployment ${workload} to give a new image to${owner ? `: ${owner}` : ''}.`,
        state: 'Nothing was touched.',
      });
    const imaged = (template: Template) => {
      const name = container ?? template.spec.containers[0]?.name ?? '';
      return image === null ? template : withImages(template, { [name]: image });
    };
    if (source === null) return described(version, imaged(templateOf(base.spec)));
    const { broughtBy } = await import('./manifests/index.ts');
    const { template, contents } = await broughtBy(source, {
      workload,
      namespace,
      ...surroundings,
    });
    const whole = await (provider as KubernetesProvider).completed(imaged(template));
    return described(version, whole, contents);
  },
};

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
  const pins = { namespace: uid, workload: `${driven ? 'Rollout' : 'Deployment'}/${workload}` };
  return {
    provider: 'kubernetes',
    label: `${namespace}/${workload} at ${new URL(server).host}`,
    place: pins,
    pins,
  };
}
