import { type Cluster, groupOf } from '../../src/clients/kubernetes/index.ts';
import type { Operation } from '../../src/contract/index.ts';
import type { Connection } from './connection.ts';
import { type Right, rightsOf } from './routers/index.ts';

/** To look: all commands need these. */
const KUBE_LOOK_INTERVAL_MS: readonly Right[] = [
  { kind: 'deployments', verbs: ['get', 'list'] },
  { kind: 'replicasets', verbs: ['list'] },
  { kind: 'pods', verbs: ['list'] },
  { kind: 'services', verbs: ['get'] },
  { kind: 'endpointslices', verbs: ['list'] },
];

/** Beside the workload, and the workload itself in the end. */
const KUBE_BESIDE: readonly Right[] = [
  { kind: 'deployments', verbs: ['create', 'patch', 'delete'] },
  { kind: 'deployments', part: 'scale', verbs: ['patch'] },
  { kind: 'services', verbs: ['create'] },
];

const BATCHES: readonly Right[] = [{ kind: 'deployments', verbs: ['patch'] }];

/** Where a release brings Secrets along. */
const SECRETS: readonly Right[] = [{ kind: 'secrets', verbs: ['get', 'create'] }];

const bringsSecrets = (operation: Operation) =>
  'release' in operation &&
  typeof operation.release === 'object' &&
  operation.release.spec.secrets !== undefined;

/** Without these it works, and says less or reaches less. */
const USEFUL: readonly Right[] = [
  { kind: 'pods', part: 'log', verbs: ['get'] },
  { kind: 'pods', part: 'portforward', verbs: ['get', 'create'] },
  { kind: 'horizontalpodautoscalers', verbs: ['list', 'patch'] },
  { kind: 'poddisruptionbudgets', verbs: ['list', 'create'] },
];

export interface Lacking {
  readonly needed: readonly string[];
  readonly useful: readonly string[];
}

/** What one may not do here of all that these operations take, as the cluster itself says. */
export async function lackingFor(
  operations: readonly Operation[],
  { cluster, connection }: { readonly cluster: Cluster; readonly connection: Connection },
): Promise<Lacking> {
  const kinds = new Set(operations.map(({ kind }) => kind));
  const needed = [
    ...KUBE_LOOK_INTERVAL_MS,
    ...(kinds.has('route') ? rightsOf(connection) : []),
    ...(kinds.has('start') ? KUBE_BESIDE : BATCHES),
    ...(operations.some(bringsSecrets) ? SECRETS : []),
  ];
  const [lacking, missed] = await Promise.all(
    [needed, USEFUL].map((rights) => refusedOf(rights, cluster, connection.namespace)),
  );
  return { needed: lacking ?? [], useful: missed ?? [] };
}

/** Those of them that the cluster does not grant. */
export async function refusedOf(rights: readonly Right[], cluster: Cluster, namespace: string) {
  const asked = rights.flatMap(({ verbs, ...right }) => verbs.map((verb) => ({ ...right, verb })));
  const answers = await Promise.all(
    asked.map(async ({ kind, part, verb }) => {
      const attributes = {
        namespace,
        verb,
        group: groupOf(kind),
        resource: kind,
        ...(part === undefined ? {} : { subresource: part }),
      };
      const body = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: attributes },
      };
      const { status } = await cluster.create<KubeReview>(
        { kind: 'selfsubjectaccessreviews' },
        body,
      );
      return status.allowed ? null : `${verb} ${kind}${part === undefined ? '' : `/${part}`}`;
    }),
  );
  return answers.filter((one) => one !== null);
}

interface KubeReview {
  readonly metadata: { readonly name: string };
  readonly status: { readonly allowed: boolean };
}
