import {
  type ApplyContext,
  isProviderError,
  ProviderError,
  type Release,
} from '../../../src/contract/index.ts';
import { VercelError } from '../client/failure.ts';
import { isProduction, PRODUCTION, type VercelConnection } from '../connection.ts';
import { marksOf } from '../marks.ts';
import type { Upload } from '../memory.ts';
import { inParallel } from '../parallel.ts';
import { type Place, remembered } from '../place.ts';
import { type Spec, type VercelSource, vercelSpecOf } from '../release/spec.ts';
import { contentOf, type Tree, type TreeFile, treeOf } from '../release/tree.ts';

const UPLOADED_AT_ONCE = 50;
/** Ms of uploading in one call; the rest is for the next one. */
const SLICE = 8000;

/** Asks Vercel to build a release, with domains left where they are. */
export async function create(place: Place, release: Release, context: ApplyContext): Promise<void> {
  const spec = vercelSpecOf(release);
  const content = await contentFor(place, spec.source);
  const begun = place.memory.uploads.get(release.id);
  // What an earlier call has left over is sent before Vercel is asked again: the question names every file.
  if (content && begun && !(await upload(place, { begun, content, context }))) return;
  const body = vercelBodyOf(place, { spec, release, context, content });
  const missing = await askVercel(place, { release, body, context });
  if (missing === null || !content) return;
  const found = uploadOf(content, missing);
  place.memory.uploads.set(release.id, found);
  if (await upload(place, { begun: found, content, context }))
    await askVercel(place, { release, body, context });
}

interface VercelContent {
  readonly folder: string;
  readonly tree: Tree;
}

async function contentFor({ memory }: Place, source: VercelSource): Promise<VercelContent | null> {
  if (source.kind !== 'files' && source.kind !== 'prebuilt') return null;
  const { folder, digest, kind } = source;
  const tree = memory.trees.get(digest) ?? (await treeIn(folder, kind === 'prebuilt'));
  if (tree.digest !== digest)
    throw new ProviderError(
      'permanent',
      `Vercel has no deployment of this release, and the files in ${folder} have changed since it was described`,
    );
  memory.trees.set(digest, tree);
  return { folder, tree };
}

async function treeIn(folder: string, prebuilt: boolean): Promise<Tree> {
  try {
    return await treeOf(folder, { prebuilt });
  } catch (cause) {
    const why = (cause as Error).message;
    throw new ProviderError(
      'permanent',
      `Vercel has no deployment of this release any more, and its files cannot be read here: ${why}`,
      { cause },
    );
  }
}

interface VercelRequest {
  readonly spec: Spec;
  readonly release: Release;
  readonly context: ApplyContext;
  readonly content: VercelContent | null;
}

function vercelBodyOf(
  { project, connection }: Place,
  { spec, release, context, content }: VercelRequest,
): unknown {
  const { source, name } = spec;
  return {
    name,
    project: project.id,
    ...targetOf(connection),
    meta: marksOf(release, context),
    ...(content ? { files: content.tree.files } : {}),
    ...(source.kind === 'git' ? { gitSource: gitSourceOf(source) } : {}),
  };
}

/** For previews Vercel wants none; only production has domains that it would give at once. */
function targetOf(connection: VercelConnection) {
  if (isProduction(connection)) return { target: PRODUCTION, autoAssignCustomDomains: false };
  const { target } = connection;
  return target === 'preview' ? {} : { customEnvironmentSlugOrId: target };
}

function gitSourceOf({ kind: _, ...source }: Extract<VercelSource, { kind: 'git' }>) {
  return source;
}

interface VercelAsked {
  readonly release: Release;
  readonly body: unknown;
  readonly context: ApplyContext;
}

/** The digests that are missing; null once the deployment is made. */
async function askVercel(
  { calls, memory }: Place,
  { release, body, context }: VercelAsked,
): Promise<ReadonlySet<string> | null> {
  const prebuilt = vercelSpecOf(release).source.kind === 'prebuilt';
  memory.asking(release.id);
  try {
    const made = await calls.create(body, { prebuilt, signal: context.signal });
    remembered(memory, release.id, made);
    // Until it was read once: reads lag, and what they do not tell of is not made a second time.
    memory.asking(release.id);
    return null;
  } catch (error) {
    if (error instanceof VercelError && error.failure !== 'unknown') memory.answered(release.id);
    const missing =
      error instanceof VercelError && error.code === 'missing_files' ? error.details.missing : null;
    if (!Array.isArray(missing)) throw error;
    return new Set(missing.map(String));
  }
}

function uploadOf({ tree }: VercelContent, missing: ReadonlySet<string>): Upload {
  const left = new Map<string, TreeFile>();
  for (const file of tree.files) if (missing.has(file.sha)) left.set(file.sha, file);
  return { left, of: tree.contents };
}

interface Uploading {
  readonly begun: Upload;
  readonly content: VercelContent;
  readonly context: ApplyContext;
}

/** Whether all of them are there now; a call has only so much time. */
async function upload(
  { calls, memory }: Place,
  { begun: { left }, content, context: { signal } }: Uploading,
): Promise<boolean> {
  const over = memory.now + SLICE;
  await inParallel([...left.values()], UPLOADED_AT_ONCE, async (file: TreeFile) => {
    if (memory.now > over || signal.aborted) return;
    await calls.upload(file.sha, contentOf(content.folder, file), signal).catch(repeatable);
    left.delete(file.sha);
  });
  return left.size === 0;
}

/** What is named by its content can be sent twice. */
function repeatable(error: unknown): never {
  if (isProviderError(error) && error.failure === 'unknown')
    throw new ProviderError('transient', error.message, { cause: error });
  throw error;
}
