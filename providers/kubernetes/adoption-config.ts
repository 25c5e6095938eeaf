import type { Adoptable, JsonObject } from '../../src/contract/index.ts';
import type { Adopted } from './adoption.ts';
import { WORKLOADS } from './workloads.ts';

type AdoptionStrategy = Adoptable['strategy'];

/** A whole config for a workload as it runs. */
export function adoptingConfig(found: Adopted, asked: AdoptionStrategy): string {
  const { context, kind, workload, service, route } = found;
  // A set has no other.
  const strategy = kind === 'statefulset' ? 'rolling' : asked;
  const { name, namespace = 'default' } = workload.metadata;
  const [container] = workload.spec.template.spec.containers;
  const health = healthOf(container);
  const image = container?.image ?? name;
  return `# ${WORKLOADS[kind].title} ${name} of the namespace ${namespace}, as it runs.
service: ${name}
release: ${versionIn(image)}   # --release names another
strategy: ${strategy}
# The journal: in the cluster, so that any machine with a kubeconfig can go on.
store: kubernetes:///${namespace}?context=${encodeURIComponent(context)}
provider:
  kubernetes:
    context: ${plainOrQuoted(context)}
    namespace: ${namespace}
    workload: ${kind}/${name}
    image: ${imageFor(image)}
    service: ${service.metadata.name}
${route ? `    router: { httpRoute: ${route.metadata.name} }\n` : ''}gates:
${health === null ? '' : `  answers: { http: ${plainOrQuoted(health)} }   # asked of the new pods alone, before users reach them\n`}  alive: { health: {} }
defaults:
  check: [${health === null ? 'alive' : 'answers'}]
  watch: [alive]
${kind === 'statefulset' ? IN_PLACE : SHAPES[strategy]}`;
}

const SHAPES: Readonly<Record<AdoptionStrategy, string>> = {
  canary: `canary:
  stages:
    - { weight: 5%, duration: 5m }
    - { weight: 50%, duration: 10m }
`,
  'blue-green': '',
  rolling: `rolling: { batch: 25% }
`,
};

/** A pod ends before its successor of the same name begins. */
const IN_PLACE = `rolling: { batch: 1, maxUnavailable: 1, maxSurge: 0 }
`;

/** The same image by the version that is deployed. */
const imageFor = (image: string) => `${imageParts(image).name}:\${release}`;

/** What runs now; the tag of one that is named by its digest alone is for a person to say. */
const versionIn = (image: string) => imageParts(image).tag ?? 'v1';

function imageParts(image: string): { readonly name: string; readonly tag: string | null } {
  const [named = ''] = image.split('@');
  const at = named.lastIndexOf(':');
  if (at <= named.lastIndexOf('/')) return { name: named, tag: null };
  return { name: named.slice(0, at), tag: named.slice(at + 1) };
}

/** Where the platform itself asks whether a pod is ready. */
function healthOf(container: JsonObject | undefined): string | null {
  const probe = container?.readinessProbe as { httpGet?: { path?: string } } | undefined;
  return probe?.httpGet ? (probe.httpGet.path ?? '/') : null;
}

const plainOrQuoted = (text: string) =>
  /^[A-Za-z0-9/][-A-Za-z0-9_./@]*$/.test(text) ? text : JSON.stringify(text);
