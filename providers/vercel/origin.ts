import { existsSync } from 'node:fs';
import type { Release, Review } from '../../src/contract/index.ts';
import type { Place } from './place.ts';
import { type VercelSource, vercelSpecOf } from './release/spec.ts';
import { treeOf } from './release/tree.ts';
import { missingWords, searchFor, type VercelSearch } from './search.ts';

/** Whether a release can be had: it is there, or can be built. */
export async function originTold(place: Place, release: Release): Promise<Partial<Review>> {
  const { source } = vercelSpecOf(release);
  const { described, listed } = place.memory;
  // What was found or read a moment ago needs no look of its own: there is no time to lose.
  const isKnown = described.has(release.id) || listed.has(release.id);
  if (source.kind === 'git' || isKnown) return {};
  const { found, isWhole } = await searchWhole(place, release);
  if (found) return {};
  const gone = `Vercel has no deployment of ${release.version} any more`;
  if (source.kind === 'deployment')
    return { lost: [`${gone}, and it was built elsewhere. ${ANOTHER_RELEASE}`] };
  const fault = await contentFault(source);
  if (!fault) return {};
  if (!isWhole) return { notes: [unsure(place, release, fault)] };
  return {
    lost: [`${gone}, and cannot build it again: ${fault} ${bringBack(release, source)}`],
  };
}

/** As far as there is a bound for it: nobody waits here for one call alone. */
async function searchWhole(place: Place, release: Release): Promise<VercelSearch> {
  const search = await searchFor(place, release);
  return search.goesOn ? searchWhole(place, release) : search;
}

const unsure = (place: Place, { id, version }: Release, fault: string) =>
  `Whether Vercel still has ${version} is not known: it ${missingWords(place, id)}. Should it be gone, it cannot be built again: ${fault}`;

const ANOTHER_RELEASE = 'Roll back to another release, with `deployctl rollback --to VERSION`.';

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

const OR_ANOTHER = 'Or roll back to another release, with `deployctl rollback --to VERSION`.';
