import type { JsonObject, Release } from '../../../src/contract/index.ts';
import { releaseId } from '../../../src/lib/release-id.ts';

/** What a deployment is made of. */
export type VercelSource =
  | {
      readonly kind: 'files' | 'prebuilt';
      /** Where they were when the release was described; no part of what it is. */
      readonly folder: string;
      readonly digest: string;
      readonly count: number;
      readonly bytes: number;
    }
  | {
      readonly kind: 'git';
      readonly type: string;
      /** What names the repository: of GitHub, of GitLab, of Bitbucket. */
      readonly repoId?: string;
      readonly projectId?: string;
      readonly repoUuid?: string;
      readonly workspaceUuid?: string;
      readonly ref: string;
      readonly sha: string;
    }
  /** Built by somebody else, staged or once live. */
  | { readonly kind: 'deployment'; readonly id: string };

export interface Spec {
  readonly source: VercelSource;
  /** As deployments of the project are called. */
  readonly name: string;
  /** Only outside production: what is built for one target is another release than for another. */
  readonly target?: string;
  /** Which deployment it was when it was seen last, for whoever looks for it again; no part of what it is. */
  readonly deployment?: string;
}

export const vercelSpecOf = ({ spec }: Release) => spec as unknown as Spec;

export function releaseOf(version: string, spec: Spec, artifact: string): Release {
  return {
    id: releaseId(version, identified(spec)),
    version,
    artifact,
    spec: spec as unknown as JsonObject,
  };
}

/** The same content is the same release on every machine. */
function identified({ source, deployment: _, ...rest }: Spec): unknown {
  if (source.kind !== 'files' && source.kind !== 'prebuilt') return { source, ...rest };
  const { folder: __, ...content } = source;
  return { source: content, ...rest };
}
