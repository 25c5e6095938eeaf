import type { KubeObject } from '../../src/clients/kubernetes/index.ts';
import {
  type Cluster,
  findDoor,
  type Kind,
  openCluster,
} from '../../src/clients/kubernetes/index.ts';
import type { Adoptable, OpenMeans, Running } from '../../src/contract/index.ts';
import { adoptingConfig } from './adoption-config.ts';
import { MARK } from './marks.ts';
import type { Deployment, Service } from './objects.ts';

export interface RouteObject extends KubeObject {
  readonly spec: {
    readonly rules?: readonly {
      readonly backendRefs?: readonly { readonly name: string }[];
    }[];
  };
}

/** A workload with what leads to it. */
export interface Adopted {
  readonly context: string;
  readonly deployment: Deployment;
  readonly service: Service;
  readonly route: RouteObject | null;
}

/** All that one may see of a cluster that could be deployed to as it is. Nothing is written. */
export async function runningIn({ env, via }: OpenMeans): Promise<Running> {
  const door = await findDoor(typeof via.context === 'string' ? via.context : null, env);
  const cluster = openCluster(door);
  try {
    const own = door.namespace ?? 'default';
    const [deployments, services, routes] = await Promise.all([
      listedObjects<Deployment>(cluster, 'deployments', own),
      listedObjects<Service>(cluster, 'services', own),
      listedObjects<RouteObject>(cluster, 'httproutes', own),
    ]);
    const users = deployments.filter(isOfUsers);
    const workloads = users.flatMap((deployment): Adoptable[] => {
      const service = services.find((one) => leadsTo(one, deployment));
      if (!service) return [];
      const route = routes.find((one) => namesIt(one, service)) ?? null;
      return [adoptable({ context: door.context, deployment, service, route })];
    });
    return { notes: adoptionNotes(door, users.length - workloads.length), workloads };
  } finally {
    await cluster.close();
  }
}

/** Of all namespaces where one may, of one's own elsewhere; a kind that the cluster has not, has none. */
async function listedObjects<T extends KubeObject>(
  cluster: Cluster,
  kind: Kind,
  namespace: string,
) {
  return cluster
    .list<T>({ kind })
    .catch((error) => {
      if (error?.failure !== 'denied') throw error;
      return cluster.list<T>({ kind, namespace });
    })
    .catch((error) => {
      if (error?.code === 404 || error?.failure === 'denied') return [] as readonly T[];
      throw error;
    });
}

const OF_THE_CLUSTER = /^(kube-|gateway-system$|istio-system$|cert-manager$)/;

const isOfUsers = ({ metadata }: Deployment) =>
  !OF_THE_CLUSTER.test(metadata.namespace ?? '') && !metadata.labels?.[MARK.workload];

function leadsTo({ metadata, spec }: Service, { metadata: own, spec: wanted }: Deployment) {
  const labels = wanted.template.metadata?.labels ?? {};
  const selector = Object.entries(spec.selector ?? {});
  return (
    metadata.namespace === own.namespace &&
    selector.length > 0 &&
    selector.every(([key, value]) => labels[key] === value)
  );
}

const namesIt = ({ metadata, spec }: RouteObject, service: Service) =>
  metadata.namespace === service.metadata.namespace &&
  (spec.rules ?? []).some(({ backendRefs = [] }) =>
    backendRefs.some(({ name }) => name === service.metadata.name),
  );

function adoptable(found: Adopted): Adoptable {
  const { deployment, service, route } = found;
  const { metadata, spec } = deployment;
  const image = spec.template.spec.containers[0]?.image ?? '';
  const ways = [
    `Service ${service.metadata.name}`,
    ...(route ? [`HTTPRoute ${route.metadata.name}`] : []),
  ];
  return {
    name: `${metadata.namespace}/${metadata.name}`,
    words: `${spec.replicas ?? 1} × ${image}, ${ways.join(', ')}`,
    strategy: route ? 'canary' : 'blue-green',
    config: (strategy) => adoptingConfig(found, strategy),
  };
}

function adoptionNotes(
  { context, all }: Awaited<ReturnType<typeof findDoor>>,
  unreached: number,
): readonly string[] {
  const others = all.contexts.map(({ name }) => name).filter((name) => name !== context);
  return [
    `context ${context}${others.length > 0 ? `; others, by --via context=NAME: ${others.join(', ')}` : ''}`,
    ...(unreached > 0
      ? [`${unreached} Deployments are left out, because no Service selects them`]
      : []),
  ];
}
