import type { Release, ReleaseId } from '../../src/contract/index.ts';
import type { VercelDeployment } from './client/answers.ts';
import type { VercelCalls } from './client/calls.ts';
import type { VercelConnection } from './connection.ts';
import { releaseIn } from './marks.ts';
import type { Memory } from './memory.ts';
import { vercelSpecOf } from './release/spec.ts';

/** One project: how to ask about it, and what this process knows of it. */
export interface Place {
  readonly calls: VercelCalls;
  readonly connection: VercelConnection;
  readonly project: { readonly id: string; readonly name: string };
  readonly memory: Memory;
}

/** Pages of a hundred that are searched for a release: a call has only so much time. */
const MOST_PAGES = 20;

/** The deployment that is this release; null where Vercel has none any more, or none that is found. */
export const deploymentOf = async (
  place: Place,
  release: Release | ReleaseId,
  signal?: AbortSignal,
): Promise<VercelDeployment | null> => (await searchFor(place, release, signal)).found;

export interface VercelSearch {
  readonly found: VercelDeployment | null;
  /** Whether what was not found is gone; else it may be older than all that were searched. */
  readonly isWhole: boolean;
}

export async function searchFor(
  { calls, memory }: Place,
  release: Release | ReleaseId,
  signal?: AbortSignal,
): Promise<VercelSearch> {
  const id = typeof release === 'string' ? release : release.id;
  const source = typeof release === 'string' ? null : vercelSpecOf(release).source;
  const known = memory.deployments.get(id) ?? (source?.kind === 'deployment' ? source.id : null);
  const seen = known ? await calls.deployment(known, signal) : null;
  const was = (found: VercelDeployment) => ({
    found: remembered(memory, id, found),
    isWhole: true,
  });
  if (seen) return was(seen);
  memory.deployments.delete(id);
  let until: number | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { deployments, next } = await calls.list(signal, until);
    const found = best(deployments.filter((one) => releaseIn(one).id === id));
    // Lists lag: what one tells of may be gone, or further on.
    const fresh = found && (await calls.deployment(found.id, signal));
    if (fresh) return was(fresh);
    if (next === null) return { found: null, isWhole: true };
    until = next;
  }
  // Where it is live, it was seen by its id.
  const sighted = memory.sighted.get(id);
  const older = sighted ? await calls.deployment(sighted.id, signal) : null;
  return older ? was(older) : { found: null, isWhole: false };
}

/** So that it is found by its id from now on. */
export function remembered(
  memory: Memory,
  id: ReleaseId,
  found: VercelDeployment,
): VercelDeployment {
  memory.deployments.set(id, found.id);
  memory.sighted.set(id, found);
  memory.answered(id);
  return found;
}

export const FAILED: readonly string[] = ['ERROR', 'BLOCKED', 'CANCELED'];

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
