import { ProviderError, type Release, type ReleaseId } from '../../src/contract/index.ts';
import type { VercelDeployment } from './client/answers.ts';
import { releaseIn } from './marks.ts';
import { FAILED, type Place, remembered } from './place.ts';
import { vercelSpecOf } from './release/spec.ts';

/** The deployment that is this release; null where Vercel has none any more, or none that is found. */
export const deploymentOf = async (
  place: Place,
  release: Release | ReleaseId,
  signal?: AbortSignal,
): Promise<VercelDeployment | null> => {
  const { found, goesOn } = await searchFor(place, release, signal);
  if (goesOn)
    throw new ProviderError('transient', "Vercel's list of deployments is searched further");
  return found;
};

export interface VercelSearch {
  readonly found: VercelDeployment | null;
  /** Whether what was not found is gone; else it may be older than all that were searched. */
  readonly isWhole: boolean;
  /** Whether the time of the call was over before; another one goes on from there. */
  readonly goesOn: boolean;
}

/** Pages of a hundred that are searched for a release, and ms in which a call goes on to the next one. */
const MOST_PAGES = 100;
/** For one that is described for a plan just now: it is new, or else can be built again. */
const FEW_PAGES = 20;
const SEARCH_MS = 8000;

/** How far the list is searched for one whose id is not recorded, in words. */
const NOT_AMONG = `is not among the newest ${MOST_PAGES * 100} deployments of the project, and no record says which it was`;

/** By its id where that is known; else in the list, from the newest on. */
export async function searchFor(
  place: Place,
  release: Release | ReleaseId,
  signal?: AbortSignal,
): Promise<VercelSearch> {
  const { memory } = place;
  const id = idOf(release);
  const known = await calledBefore(place, release, signal);
  const isById = known !== null || hasOwnId(release);
  const search = isById
    ? { found: known, isWhole: true, goesOn: false }
    : await searchList(place, id, signal);
  const { found } = search;
  return found ? { ...search, found: remembered(memory, id, found) } : search;
}

/** Why one that was searched for is not to be had. */
export function missingWords({ memory }: Place, id: ReleaseId): string {
  const isCut = (memory.searched.get(id)?.next ?? null) !== null;
  return isCut ? NOT_AMONG : 'has no deployment at Vercel any more';
}

/** What it was called when it was seen last, here or by what is recorded. */
async function calledBefore(
  { calls, memory }: Place,
  release: Release | ReleaseId,
  signal?: AbortSignal,
): Promise<VercelDeployment | null> {
  const id = idOf(release);
  const own = memory.deployments.get(id);
  const seen = own ? await calls.deployment(own, signal) : null;
  if (seen) return seen;
  memory.deployments.delete(id);
  const source = typeof release === 'string' ? null : vercelSpecOf(release).source;
  if (source?.kind === 'deployment') return calls.deployment(source.id, signal);
  const recorded = typeof release === 'string' ? null : vercelSpecOf(release).deployment;
  const other = recorded ?? memory.sighted.get(id)?.id;
  const found = other && other !== own ? await calls.deployment(other, signal) : null;
  // One that has failed may have been built again since.
  return found && releaseIn(found).id === id && !FAILED.includes(found.readyState) ? found : null;
}

/** It was built elsewhere, and goes by what Vercel called it: no list tells more. */
const hasOwnId = (release: Release | ReleaseId) =>
  typeof release !== 'string' && vercelSpecOf(release).source.kind === 'deployment';

const idOf = (release: Release | ReleaseId) => (typeof release === 'string' ? release : release.id);

/** What is new is on the first page; below that a search goes on where the one before had to stop, by a page at least. */
async function searchList(
  place: Place,
  id: ReleaseId,
  signal?: AbortSignal,
): Promise<VercelSearch> {
  const { memory } = place;
  const over = memory.now + SEARCH_MS;
  const newest = await searchPage(place, { id, signal });
  let reached = memory.searched.get(id) ?? { pages: 1, next: newest.next };
  let { found } = newest;
  const most = memory.described.has(id) ? FEW_PAGES : MOST_PAGES;
  const isLeft = () => reached.next !== null && reached.pages < most;
  memory.searched.set(id, reached);
  while (!found && isLeft()) {
    const page = await searchPage(place, { id, signal, until: reached.next ?? undefined });
    reached = { pages: reached.pages + 1, next: page.next };
    found = page.found;
    memory.searched.set(id, reached);
    if (memory.now >= over) break;
  }
  return { found, isWhole: reached.next === null, goesOn: !found && isLeft() };
}

interface VercelPageAsked {
  readonly id: ReleaseId;
  readonly signal: AbortSignal | undefined;
  readonly until?: number | undefined;
}

async function searchPage({ calls }: Place, { id, signal, until }: VercelPageAsked) {
  const { deployments, next } = await calls.list(signal, until);
  const told = best(deployments.filter((one) => releaseIn(one).id === id));
  // Lists lag: what one tells of may be gone, or further on.
  return { found: told && (await calls.deployment(told.id, signal)), next };
}

/** One release may have been built twice, when an answer was lost: the first that works is it. */
function best(found: readonly VercelDeployment[]): VercelDeployment | null {
  const oldestFirst = [...found].sort((a, b) => a.createdAt - b.createdAt);
  return (
    oldestFirst.find(({ readyState }) => readyState === 'READY') ??
    oldestFirst.find(({ readyState }) => !FAILED.includes(readyState)) ??
    oldestFirst.at(-1) ??
    null
  );
}
