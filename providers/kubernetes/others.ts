import type { KubeObject } from '../../src/clients/kubernetes/index.ts';
import type { Router } from './routers/index.ts';
import type { Sight } from './sight.ts';

/** Controllers that move pods or traffic of a workload by themselves. */
const CONTROLLERS = ['rollouts-controller', 'flagger', 'openkruise', 'kruise-rollout'];

/** Tools that put the manifests back; they may do so at any moment. */
const RECONCILERS: Readonly<Record<string, string>> = {
  'argocd-controller': 'Argo CD',
  'argocd-application-controller': 'Argo CD',
  'kustomize-controller': 'Flux',
  'helm-controller': 'Flux',
};

const managersOf = ({ home }: Sight) =>
  (home?.deployment.metadata.managedFields ?? []).map(({ manager = '' }) => manager);

/** Who else decides what runs here, in words that refuse a deployment. */
export function ownerOf(sight: Sight): string | null {
  const { metadata } = sight.home?.deployment ?? {};
  const owner = metadata?.ownerReferences?.find(({ controller }) => controller);
  if (owner)
    return `${metadata?.name} is made by ${owner.kind} ${owner.name}, which would undo every change`;
  const controller = managersOf(sight).find((manager) => CONTROLLERS.includes(manager));
  return controller ? `${controller} moves the pods of ${metadata?.name}` : null;
}

export function notesOn(sight: Sight, router: Router): readonly string[] {
  const tools = new Set(managersOf(sight).flatMap((manager) => RECONCILERS[manager] ?? []));
  return [
    ...(sight.routing.problem ? [`${router.label}: ${sight.routing.problem}`] : []),
    ...[...tools].map(
      (tool) => `${tool} keeps this workload as its repository says: set the new image there, too`,
    ),
    ...appliersOf(sight).map(
      (manager) =>
        `${manager} owns what the pods run (server-side apply): its next apply puts it back, unless it brings the new image, too`,
    ),
  ];
}

/** Who has applied the pods on the server, besides us and those that are known by name. */
function appliersOf({ home }: Sight): readonly string[] {
  const owners = (home?.deployment.metadata.managedFields ?? [])
    .filter(({ operation, fieldsV1 }) => operation === 'Apply' && ownsPods(fieldsV1))
    .map(({ manager = '' }) => manager);
  return [...new Set(owners)].filter((manager) => !RECONCILERS[manager] && manager !== 'deployctl');
}

const ownsPods = (fields: Readonly<Record<string, unknown>> = {}) =>
  Object.hasOwn((fields['f:spec'] ?? {}) as object, 'f:template');

/** Who wrote last, as the platform notes it. */
export function lastManagerOf({ managedFields = [] }: KubeObject['metadata']): string {
  const writers = managedFields.filter(({ subresource }) => subresource !== 'status');
  const [last] = [...writers].sort((one, other) =>
    (other.time ?? '').localeCompare(one.time ?? ''),
  );
  return last?.manager ?? 'unknown';
}
