import { parseAllDocuments } from 'yaml';
import type { JsonObject } from '../../../src/contract/index.ts';
import { manifestsUnreadable } from '../errors.ts';
import type { Template } from '../objects.ts';

interface Manifest extends JsonObject {
  readonly kind: string;
  readonly metadata: JsonObject & { readonly name: string; readonly namespace?: string };
}

/** The content of a ConfigMap that a release brings. */
export interface Content extends JsonObject {
  readonly data?: JsonObject;
  readonly binaryData?: JsonObject;
}

export interface Selected {
  readonly template: Template;
  /** By their name in the manifests. */
  readonly contents: Readonly<Record<string, Content>>;
}

export interface KubeWanted {
  readonly workload: string;
  readonly namespace: string;
}

/** The one Deployment that is meant, and the ConfigMaps beside it. */
export function selected(text: string, { workload, namespace }: KubeWanted): Selected {
  const all = manifestsIn(text).filter(
    ({ metadata }) => (metadata.namespace ?? namespace) === namespace,
  );
  const meant = all.filter(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.name === workload,
  );
  const [deployment] = meant;
  if (!deployment || meant.length > 1)
    throw manifestsUnreadable(
      `they have ${meant.length === 0 ? 'no' : meant.length} Deployments ${workload} for the namespace ${namespace}; of others they have ${kubeNamesIn(all)}`,
    );
  const { template } = (deployment.spec ?? {}) as { readonly template?: Template };
  if (!template?.spec?.containers)
    throw manifestsUnreadable(`the Deployment ${workload} has no containers`);
  return { template, contents: contentsIn(all) };
}

const kubeNamesIn = (all: readonly Manifest[]) =>
  all.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ') || 'none';

function contentsIn(all: readonly Manifest[]): Selected['contents'] {
  return Object.fromEntries(
    all
      .filter(({ kind }) => kind === 'ConfigMap')
      .map(({ metadata, data, binaryData }) => [
        metadata.name,
        { ...(data ? { data } : {}), ...(binaryData ? { binaryData } : {}) } as Content,
      ]),
  );
}

/** Lists are unrolled; empty documents are nothing. */
function manifestsIn(text: string): readonly Manifest[] {
  return parseAllDocuments(text, { uniqueKeys: true }).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw manifestsUnreadable(error.message);
    const value = document.toJS({ maxAliasCount: 100 }) as Manifest | null;
    if (!value) return [];
    const list = value.kind === 'List' ? (value.items as readonly Manifest[]) : [value];
    return list.map((one) => {
      if (typeof one?.kind !== 'string' || typeof one.metadata?.name !== 'string')
        throw manifestsUnreadable('a document of them has no kind or no name');
      return one;
    });
  });
}
