/** Where objects of a kind lie: group and version, and the name of their collection. */
const KINDS = {
  configmaps: '/api/v1',
  endpoints: '/api/v1',
  events: '/api/v1',
  namespaces: '/api/v1',
  pods: '/api/v1',
  resourcequotas: '/api/v1',
  secrets: '/api/v1',
  services: '/api/v1',
  deployments: '/apis/apps/v1',
  replicasets: '/apis/apps/v1',
  statefulsets: '/apis/apps/v1',
  controllerrevisions: '/apis/apps/v1',
  horizontalpodautoscalers: '/apis/autoscaling/v2',
  endpointslices: '/apis/discovery.k8s.io/v1',
  gateways: '/apis/gateway.networking.k8s.io/v1',
  httproutes: '/apis/gateway.networking.k8s.io/v1',
  grpcroutes: '/apis/gateway.networking.k8s.io/v1',
  ingresses: '/apis/networking.k8s.io/v1',
  ingressroutes: '/apis/traefik.io/v1alpha1',
  traefikservices: '/apis/traefik.io/v1alpha1',
  virtualservices: '/apis/networking.istio.io/v1',
  rollouts: '/apis/argoproj.io/v1alpha1',
  canaries: '/apis/flagger.app/v1beta1',
  kruiserollouts: '/apis/rollouts.kruise.io/v1beta1',
  leases: '/apis/coordination.k8s.io/v1',
  networkpolicies: '/apis/networking.k8s.io/v1',
  poddisruptionbudgets: '/apis/policy/v1',
  selfsubjectaccessreviews: '/apis/authorization.k8s.io/v1',
  selfsubjectrulesreviews: '/apis/authorization.k8s.io/v1',
} as const;
export type Kind = keyof typeof KINDS;

/** What the API calls a kind whose name here tells it from another. */
const RESOURCES: Partial<Record<Kind, string>> = { kruiserollouts: 'rollouts' };

/** One object, or a collection where no name is given. */
export interface PathsPlace {
  readonly kind: Kind;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  /** `scale`, `status`, `log`. */
  readonly part?: string | undefined;
}

export function pathTo({ kind, namespace, name, part }: PathsPlace): string {
  const segments = [
    KINDS[kind],
    ...(namespace === undefined ? [] : ['namespaces', encodeURIComponent(namespace)]),
    resourceOf(kind),
    ...(name === undefined ? [] : [encodeURIComponent(name)]),
    ...(part === undefined ? [] : [part]),
  ];
  return segments.join('/');
}

/** What a kind is called, as roles name it. */
export const resourceOf = (kind: Kind): string => RESOURCES[kind] ?? kind;

/** The API group of a kind, as roles name it. */
export const groupOf = (kind: Kind): string =>
  KINDS[kind].startsWith('/apis/') ? (KINDS[kind].split('/')[2] ?? '') : '';
