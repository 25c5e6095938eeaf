import { type Cluster, groupOf, resourceOf } from '../../src/clients/kubernetes/index.ts';
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
  const refused = await refusedOf([...needed, ...USEFUL], cluster, connection.namespace);
  const useful = new Set(USEFUL.flatMap(inEachVerb));
  const isNeeded = new Set(needed.flatMap(inEachVerb));
  return {
    needed: refused.filter((right) => isNeeded.has(right)),
    useful: refused.filter((right) => useful.has(right)),
  };
}

const said = (
  verb: string,
  { kind, part }: Pick<Right, 'kind'> & { readonly part?: string | undefined },
) => `${verb} ${kind}${part === undefined ? '' : `/${part}`}`;

const inEachVerb = ({ verbs, kind, part }: Right): readonly string[] =>
  verbs.map((verb) => said(verb, { kind, part }));

/** Those of them that the cluster does not grant. */
export async function refusedOf(rights: readonly Right[], cluster: Cluster, namespace: string) {
  const asked = rights.flatMap(({ verbs, ...right }) => verbs.map((verb) => ({ ...right, verb })));
  const rules = await rulesIn(namespace, cluster);
  const open = asked.filter((one) => !rules.some((rule) => isGrantedBy(rule, one)));
  const answers = await Promise.all(
    open.map(async ({ kind, part, verb }) => {
      const attributes = {
        namespace,
        verb,
        group: groupOf(kind),
        resource: resourceOf(kind),
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
      return status.allowed ? null : said(verb, { kind, part });
    }),
  );
  return answers.filter((one) => one !== null);
}

/**
 * All that one may do here, in one answer. Not every authorizer tells it: what it does not list is
 * asked for by itself, and where it may not be all, everything is.
 */
async function rulesIn(namespace: string, cluster: Cluster): Promise<readonly Rule[]> {
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectRulesReview',
    spec: { namespace },
  };
  const { status } = await cluster
    .create<RulesReview>({ kind: 'selfsubjectrulesreviews' }, body)
    .catch(() => ({ status: { resourceRules: [], incomplete: true } }));
  return status.incomplete ? [] : status.resourceRules;
}

function isGrantedBy(
  { verbs, apiGroups = [], resources = [], resourceNames = [] }: Rule,
  { kind, part, verb }: Omit<Right, 'verbs'> & { readonly verb: string },
): boolean {
  const resource = part === undefined ? resourceOf(kind) : `${resourceOf(kind)}/${part}`;
  const names = ['*', resource, ...(part === undefined ? [] : [`*/${part}`])];
  return (
    resourceNames.length === 0 &&
    [verb, '*'].some((one) => verbs.includes(one)) &&
    [groupOf(kind), '*'].some((one) => apiGroups.includes(one)) &&
    names.some((one) => resources.includes(one))
  );
}

interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

interface RulesReview {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly resourceRules: readonly Rule[];
    /** An authorizer has said nothing, or may yet deny what another allows. */
    readonly incomplete?: boolean;
  };
}

interface KubeReview {
  readonly metadata: { readonly name: string };
  readonly status: { readonly allowed: boolean };
}
