import type { JsonObject, OperationContext, Release } from '../../src/contract/index.ts';
import { canonicalJson } from '../../src/lib/canonical.ts';
import type { VercelDeployment } from './client/answers.ts';
import { releaseOf } from './release/spec.ts';

/** Which release a deployment is, written into its `meta`, where every machine can read it. */
const KEYS = {
  release: 'deployctlRelease',
  version: 'deployctlVersion',
  artifact: 'deployctlArtifact',
  spec: 'deployctlSpec',
  deployment: 'deployctlDeployment',
  target: 'deployctlTarget',
  key: 'deployctlKey',
} as const;

export function marksOf(
  { id, version, artifact, spec }: Release,
  by: Pick<OperationContext, 'deployment' | 'target' | 'key'>,
): Readonly<Record<string, string>> {
  // Which deployment it was before says nothing of this one.
  const { deployment: _, ...lasting } = spec;
  return {
    [KEYS.release]: id,
    [KEYS.version]: version,
    [KEYS.artifact]: artifact,
    [KEYS.spec]: canonicalJson(lasting),
    [KEYS.deployment]: by.deployment,
    [KEYS.target]: by.target,
    [KEYS.key]: by.key,
  };
}

/** Whether it was made by deployctl, and so may be removed by it. */
export const isMarked = ({ meta }: VercelDeployment) => meta?.[KEYS.release] !== undefined;

/** Whether it was made by this very operation. */
export const isMadeBy = ({ meta }: VercelDeployment, { key }: Pick<OperationContext, 'key'>) =>
  meta?.[KEYS.key] === key;

/** What was marked, or else described from what is there; with the deployment that it was seen as. */
export function releaseIn(deployment: VercelDeployment): Release {
  const { meta = {} } = deployment;
  const { release, version, artifact, spec } = KEYS;
  const id = meta[release];
  const written = specIn(meta[spec]);
  if (id === undefined || written === null) return vercelAdopted(deployment);
  return {
    id,
    version: meta[version] ?? id,
    artifact: meta[artifact] ?? '',
    spec: { ...written, deployment: deployment.id },
  };
}

function specIn(text: string | undefined): JsonObject | null {
  try {
    return text === undefined ? null : (JSON.parse(text) as JsonObject);
  } catch {
    return null;
  }
}

const COMMITS = ['githubCommitSha', 'gitlabCommitSha', 'bitbucketCommitSha', 'gitCommitSha'];
const SHORT = 7;

/** By a commit where one is known, else by the end of its own id. */
function vercelAdopted({ id, name, meta = {} }: VercelDeployment): Release {
  const commit = COMMITS.map((key) => meta[key]).find(Boolean);
  const version = commit?.slice(0, SHORT) ?? id.slice(-SHORT);
  const spec = { source: { kind: 'deployment', id }, name } as const;
  return { ...releaseOf(version, spec, `vercel:${id}`), adopted: true };
}
