import { existsSync } from 'node:fs';
import type { Release } from '../../src/contract/index.ts';
import { deploymentOf, type Place } from './place.ts';
import { type VercelSource, vercelSpecOf } from './release/spec.ts';
import { treeOf } from './release/tree.ts';

/** Why a release can neither be found at Vercel nor built from here; null where one of both can be. */
export async function originRefusal(place: Place, release: Release): Promise<string | null> {
  const { source } = vercelSpecOf(release);
  if (source.kind === 'git' || (await isThere(place, release))) return null;
  const gone = `Vercel has no deployment of ${release.version} any more`;
  if (source.kind === 'deployment')
    return `${gone}, and it was built elsewhere. ${ANOTHER_RELEASE}`;
  const fault = await contentFault(source);
  return fault && `${gone}, and cannot build it again: ${fault} ${bringBack(release, source)}`;
}

/** What was found ready a moment ago needs no look of its own: whoever goes back has no time to lose. */
const isThere = async (place: Place, release: Release): Promise<boolean> =>
  place.memory.listed.has(release.id) || (await deploymentOf(place, release)) !== null;

const ANOTHER_RELEASE = 'Go back to another release, with `deployctl rollback --to VERSION`.';

type FileSource = Extract<VercelSource, { kind: 'files' | 'prebuilt' }>;

/** What is the matter with the files that it was made of; null where they are as they were. */
async function contentFault({ kind, folder, digest }: FileSource): Promise<string | null> {
  if (!existsSync(folder)) return `its files are not here (${folder}).`;
  try {
    const tree = await treeOf(folder, { prebuilt: kind === 'prebuilt' });
    return tree.digest === digest ? null : `the files in ${folder} are not those it was made of.`;
  } catch (error) {
    return `its files cannot be read here: ${(error as Error).message}.`;
  }
}

function bringBack({ version }: Release, { kind }: FileSource): string {
  const built = kind === 'prebuilt' ? ' and run `vercel build --prod`' : '';
  return `Bring the files of ${version} back (check its commit out)${built}. ${OR_ANOTHER}`;
}

const OR_ANOTHER = 'Or go back to another release, with `deployctl rollback --to VERSION`.';
