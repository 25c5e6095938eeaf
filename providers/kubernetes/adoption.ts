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

/** What runs pods, as far as a config is made of it. */
export interface AdoptedWorkload extends KubeObject {
  readonly spec: Pick<Deployment['spec'], 'replicas' | 'template'>;
}

/** A workload with what leads to it. */
export interface Adopted {
  readonly context: string;
  readonly kind: 'deployment' | 'statefulset';
  readonly workload: AdoptedWorkload;
  readonly service: Service;
  readonly route: RouteObject | null;
}

/** All that one may see of a cluster that could be deployed to as it is. Nothing is written. */
export async function runningIn({ env, via }: OpenMeans): Promise<Running> {
  const door = await findDoor(typeof via.context === 'string' ? via.context : null, env);
  const cluster = openCluster(door);
  try {
    const own = door.namespace ?? 'default';
    const [deployments, sets, services, routes] = await Promise.all([
      listedObjects<AdoptedWorkload>(cluster, 'deployments', own),
      listedObjects<AdoptedWorkload>(cluster, 'statefulsets', own),
      listedObjects<Service>(cluster, 'services', own),
      listedObjects<RouteObject>(cluster, 'httproutes', own),
    ]);
    const users = [
      ...deployments.map((workload) => ({ kind: 'deployment', workload }) as const),
      ...sets.map((workload) => ({ kind: 'statefulset', workload }) as const),
    ].filter(({ workload }) => isOfUsers(workload));
    const workloads = users.flatMap((one): Adoptable[] => {
      const service = serviceOf(one.workload, services);
      if (!service) return [];
      const way =
        one.kind === 'statefulset' ? undefined : routes.find((way) => namesIt(way, service));
      return [adoptable({ ...one, context: door.context, service, route: way ?? null })];
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

const isOfUsers = ({ metadata }: KubeObject) =>
  !OF_THE_CLUSTER.test(metadata.namespace ?? '') && !metadata.labels?.[MARK.workload];

/** One with an address of its own, where there is one: a set has another that only names its pods. */
function serviceOf(workload: AdoptedWorkload, services: readonly Service[]): Service | undefined {
  const found = services.filter((one) => leadsTo(one, workload));
  return found.find(({ spec }) => spec.clusterIP !== 'None') ?? found[0];
}

function leadsTo({ metadata, spec }: Service, { metadata: own, spec: wanted }: AdoptedWorkload) {
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
  const { kind, workload, service, route } = found;
  const { metadata, spec } = workload;
  const image = spec.template.spec.containers[0]?.image ?? '';
  const ways = [
    `Service ${service.metadata.name}`,
    ...(route ? [`HTTPRoute ${route.metadata.name}`] : []),
  ];
  return {
    name: `${metadata.namespace}/${metadata.name}`,
    words: `${spec.replicas ?? 1} × ${image}, ${ways.join(', ')}`,
    strategy: adoptionStrategyFor(kind, route !== null),
    config: (strategy) => adoptingConfig(found, strategy),
  };
}

const adoptionStrategyFor = (kind: Adopted['kind'], isRouted: boolean) =>
  kind === 'statefulset' ? 'rolling' : isRouted ? 'canary' : 'blue-green';

function adoptionNotes(
  { context, all }: Awaited<ReturnType<typeof findDoor>>,
  unreached: number,
): readonly string[] {
  const others = all.contexts.map(({ name }) => name).filter((name) => name !== context);
  return [
    `context ${context}${others.length > 0 ? `; others, by --via context=NAME: ${others.join(', ')}` : ''}`,
    ...(unreached > 0
      ? [`${unreached} workloads are left out, because no Service selects them`]
      : []),
  ];
}
