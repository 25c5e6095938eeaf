import { resolve } from 'node:path';
import type { Release, ReleaseRequest } from '../../../src/contract/index.ts';
import type { ProjectLink } from '../client/answers.ts';
import type { VercelCalls } from '../client/calls.ts';
import { isProduction, PRODUCTION, settingsIn } from '../connection.ts';
import { contentChanged, filesMissing, gitNotConnected, notPromotable } from '../errors.ts';
import { isMarked, releaseIn } from '../marks.ts';
import type { VercelSettings } from '../settings.ts';
import { releaseOf, type VercelSource } from './spec.ts';
import { treeOf } from './tree.ts';

type VercelDescribeAsked = Pick<
  ReleaseRequest,
  'version' | 'artifact' | 'settings' | 'surroundings'
>;

/** What the settings describe; nothing is uploaded or built by this. */
export async function describeVercel(
  calls: VercelCalls,
  request: VercelDescribeAsked,
): Promise<Release> {
  const settings = settingsIn(request.settings);
  const release = settings.deployment
    ? await vercelExisting(calls, settings, request.version)
    : await built(calls, settings, request);
  if (request.artifact !== null && request.artifact !== release.artifact)
    throw contentChanged(request.artifact, release);
  return release;
}

async function built(
  calls: VercelCalls,
  settings: VercelSettings,
  { version, surroundings }: VercelDescribeAsked,
) {
  const project = await calls.project();
  const source = settings.git
    ? gitSource(project.link ?? null, settings.git)
    : await filesIn(resolve(surroundings.folder, settings.folder), settings.prebuilt);
  const artifact =
    source.kind === 'git'
      ? `git:${source.sha}`
      : 'digest' in source
        ? `sha256:${source.digest}`
        : '';
  const elsewhere = isProduction(settings) ? {} : { target: settings.target };
  return releaseOf(version, { source, name: project.name, ...elsewhere }, artifact);
}

async function filesIn(folder: string, prebuilt: boolean): Promise<VercelSource> {
  const tree = await treeOf(folder, { prebuilt }).catch((error: NodeJS.ErrnoException) => {
    throw filesMissing(folder, prebuilt, error);
  });
  if (tree.files.length === 0) throw filesMissing(folder, prebuilt, new Error('nothing is in it'));
  const { digest, bytes, files } = tree;
  return { kind: prebuilt ? 'prebuilt' : 'files', folder, digest, count: files.length, bytes };
}

/** By kind of host: what names a repository in a request, and where a project says it. */
const REPOSITORIES: Readonly<Record<string, Readonly<Record<string, keyof ProjectLink>>>> = {
  github: { repoId: 'repoId' },
  'github-limited': { repoId: 'repoId' },
  gitlab: { projectId: 'projectId' },
  bitbucket: { repoUuid: 'uuid', workspaceUuid: 'workspaceUuid' },
};

function gitSource(
  link: ProjectLink | null,
  { ref, sha }: { ref: string; sha: string },
): VercelSource {
  const { type } = link ?? {};
  const names = Object.entries(REPOSITORIES[type ?? ''] ?? {}).map(
    ([name, key]) => [name, link?.[key]] as const,
  );
  if (type && names.length > 0 && names.every(([, value]) => value !== undefined)) {
    const repository = Object.fromEntries(names.map(([name, value]) => [name, String(value)]));
    return { kind: 'git', type, ...repository, ref, sha };
  }
  throw gitNotConnected();
}

/** Built once: the very same is promoted. */
async function vercelExisting(
  calls: VercelCalls,
  { deployment, target }: VercelSettings,
  version: string,
): Promise<Release> {
  const idOrUrl = deployment ?? '';
  const found = await calls.deployment(idOrUrl.replace(/^https?:\/\//, ''));
  if (!found) throw notPromotable(idOrUrl, 'Vercel has no deployment of this id or address.');
  const isBuiltFor = found.target === PRODUCTION;
  if (isBuiltFor && target !== PRODUCTION)
    throw notPromotable(idOrUrl, `It was built for production, not for ${target}.`);
  if (!isBuiltFor && target === PRODUCTION)
    throw notPromotable(
      idOrUrl,
      'It was built for previews: to promote it Vercel would build it again, with other variables.',
    );
  if (found.readyState !== 'READY') throw notPromotable(idOrUrl, `It is ${found.readyState}.`);
  const release = releaseIn(found);
  return isMarked(found) ? release : { ...release, version };
}
