import type { Cluster, KubeconfigDoor, KubeObject } from '../../src/clients/kubernetes/index.ts';
import { findDoor, openCluster } from '../../src/clients/kubernetes/index.ts';
import {
  DeployError,
  type Identity,
  ProviderError,
  type ProviderKind,
} from '../../src/contract/index.ts';
import type { RolloutProvider } from './argo-rollout/index.ts';
import type { Connection } from './connection.ts';
import type { Template } from './objects.ts';
import { KubernetesProvider } from './provider.ts';
import { described } from './release.ts';
import type { KubernetesSettings } from './settings.ts';
import { groundOf, learnSelector } from './sight.ts';
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
    if (connection.driven !== undefined) {
      const identity = await kubeIdentityOf(cluster, connection, door);
      const { RolloutProvider } = await import('./argo-rollout/index.ts');
      return new RolloutProvider(cluster, connection, identity);
    }
    const ground = groundOf(cluster, connection);
    const [identity] = await Promise.all([
      kubeIdentityOf(cluster, connection, door),
      // Who may not ask for it hears of that at the first look.
      learnSelector(ground).catch(() => {}),
    ]);
    return new KubernetesProvider(ground, identity);
  },
  store: ({ namespace, context }) =>
    `kubernetes:///${namespace}${context ? `?context=${encodeURIComponent(String(context))}` : ''}`,
  release: async ({ version, settings, surroundings, provider }) => {
    const { live: now, releases, owner } = await provider.observe();
    const base = releases.find(({ id }) => id === now)?.release;
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
    const own = provider as KubernetesProvider | RolloutProvider;
    const live = templateOf(base.spec);
    const fixed = async (template: Template) => {
      const { pinnedTemplate } = await import('./registry/index.ts');
      const pinned = await pinnedTemplate(imaged(template), live, surroundings.env);
      own.note(pinned.notes);
      return pinned.template;
    };
    if (source === null) return described(version, await fixed(live));
    if (!(own instanceof KubernetesProvider)) throw rolloutOfManifests(workload);
    const { broughtBy } = await import('./manifests/index.ts');
    const { template, contents } = await broughtBy(source, {
      workload,
      namespace,
      ...surroundings,
    });
    return described(version, await own.completed(await fixed(template)), contents);
  },
};

const rolloutOfManifests = (workload: string) =>
  new DeployError('plan-refused', {
    message: `The Rollout ${workload} can be given an image, and not what manifests say.`,
    state: 'Nothing was touched.',
  });

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
