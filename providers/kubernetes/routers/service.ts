import type { Cluster } from '../../../src/clients/kubernetes/index.ts';
import { ProviderError } from '../../../src/contract/index.ts';
import type { Connection } from '../connection.ts';
import { MARK } from '../marks.ts';
import type { EndpointSlice, Service } from '../objects.ts';
import { isReady, type Stand } from '../sight.ts';
import type { Distinction } from '../template.ts';
import { type Change, KUBE_NOTHING, type Router, type Routing, type Scenery } from './router.ts';

/** The Service's own selector: all of the traffic goes to one Deployment or to another. */
export function serviceRouter(cluster: Cluster, { namespace, service }: Connection): Router {
  const place = { kind: 'services', namespace, name: service } as const;
  return {
    weights: { only: [0, 100] },
    match: { header: false, cookie: false },
    label: `Service ${service}`,
    fetch: (signal) => slicesOf(cluster, { namespace, name: service }, signal),
    read: (fetched, scenery) => readServiceRoute(fetched as readonly EndpointSlice[], scenery),
    write: async (_fetched, scenery, { weights, key, signal }) => {
      const { resourceVersion } = (scenery.service as Service).metadata;
      const selector = selectorFor(scenery, weights);
      const annotations = { [MARK.operation]: key, [MARK.routedAt]: String(cluster.now()) };
      const body = { metadata: { resourceVersion, annotations }, spec: { selector } };
      await cluster.patch(place, { as: 'merge', body }, { signal });
    },
  };
}

export const slicesOf = (
  cluster: Cluster,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  signal?: AbortSignal,
) =>
  cluster.list<EndpointSlice>(
    { kind: 'endpointslices', namespace },
    { labels: `kubernetes.io/service-name=${name}`, signal },
  );

function readServiceRoute(slices: readonly EndpointSlice[], scenery: Scenery): Routing {
  const { service, home, sides } = scenery;
  if (!service) return { ...KUBE_NOTHING, problem: 'the Service is not there' };
  const selector = service.spec.selector ?? {};
  const stands = home ? [home, ...sides] : sides;
  const chosen = stands.filter((stand) => isSelected(stand, selector));
  const names = chosen.map(({ deployment }) => deployment.metadata.name);
  const annotations = service.metadata.annotations ?? {};
  return {
    weights: chosen.length === 1 ? { [names[0] as string]: 100 } : null,
    match: null,
    operation: annotations[MARK.operation] ?? null,
    routedAt: timeIn(annotations[MARK.routedAt]),
    lag: chosen[0] ? kubeLagOf(slices, chosen[0]) : null,
    problem: chosen.length > 1 ? `it selects pods of ${names.join(' and ')}` : null,
    names,
    found: selector,
    fetched: slices,
  };
}

const isSelected = ({ deployment }: Stand, selector: Readonly<Record<string, string>>) => {
  const labels = deployment.spec.template.metadata?.labels ?? {};
  const entries = Object.entries(selector);
  return entries.length > 0 && entries.every(([key, value]) => labels[key] === value);
};

const timeIn = (text: string | undefined) => (text === undefined ? null : Number(text));

/** The addresses that proxies are given follow the selector a moment later. */
function kubeLagOf(slices: readonly EndpointSlice[], { pods }: Stand): string | null {
  const listed = readyIn(slices);
  const own = new Set(pods.map(({ metadata }) => metadata.name));
  const foreign = listed.filter((name) => !own.has(name)).length;
  if (foreign > 0) return `${foreign} addresses of other pods are still listed`;
  const missing = pods.filter((pod) => isReady(pod) && !listed.includes(pod.metadata.name)).length;
  return missing > 0 ? `${missing} ready pods are not listed yet` : null;
}

/** Names of the pods that get requests by these slices. */
export const readyIn = (slices: readonly EndpointSlice[]): readonly string[] =>
  slices
    .flatMap(({ endpoints }) => endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ targetRef }) => targetRef?.name ?? []);

function selectorFor({ distinction, home, sides }: Scenery, weights: Change['weights']) {
  const wanted = Object.entries(weights).filter(([, weight]) => weight > 0);
  const [name, weight] = wanted[0] ?? [];
  if (wanted.length !== 1 || weight !== 100)
    throw new ProviderError('permanent', 'a Service sends all of its requests to one release');
  const stand = [...(home ? [home] : []), ...sides].find(
    ({ deployment }) => deployment.metadata.name === name,
  );
  const { key } = distinction as Distinction;
  const value = stand?.deployment.spec.template.metadata?.labels?.[key];
  if (value === undefined) throw new ProviderError('permanent', `${name} is not there`);
  return { [key]: value };
}
