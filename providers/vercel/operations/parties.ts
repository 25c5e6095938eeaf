import type {
  OperationContext,
  ReleaseId,
  Split,
  Verification,
} from '../../../src/contract/index.ts';
import { baselineIn } from '../baseline.ts';
import type { Rolling, VercelDeployment } from '../client/answers.ts';
import type { Sighting } from '../memory.ts';
import { noteOf } from '../observation.ts';
import { FAILED, type Place, wholeOf } from '../place.ts';
import { deploymentOf } from '../search.ts';
import { movingTo, type Standing } from '../sight.ts';
import { failed } from './operation.ts';

/** All of the traffic for one release. */
export interface VercelWanted<Context extends OperationContext> {
  readonly release: ReleaseId;
  readonly split: Split;
  readonly context: Context;
}

/**
 * The deployments that this deployment is about, as far as Vercel has them. Who has seen one needs no
 * other look: only which it is and how old it is matters, and one that is gone is not in production.
 */
export async function knownIn(
  place: Place,
  { split, context }: VercelWanted<OperationContext>,
): Promise<readonly Sighting[]> {
  const { before, direction, signal } = context;
  // On the way back it is whatever has to go.
  if (direction === 'back') return [];
  const { live } = before;
  const ids = Object.keys(split).filter((id) => id !== live?.id);
  const wanted = [...ids, ...(live ? [live.id] : [])];
  const { sighted } = place.memory;
  const found = await Promise.all(
    wanted.map((id) => sighted.get(id) ?? deploymentOf(place, wholeOf(id, context), signal)),
  );
  return found.filter((one) => one !== null);
}

/** A deployment that is none of those, and in production, or on its way there. */
export function strangerIn(
  standing: Standing,
  known: readonly Sighting[],
  { before, direction }: OperationContext,
): string | null {
  if (direction === 'back') return null;
  if (before.live === null && baselineIn(before) === null) return null;
  const strangers = [standing.production, movingTo(standing)].filter(
    (id) => id !== null && !known.some((one) => one.id === id),
  );
  return strangers[0] ?? null;
}

/**
 * What had the traffic on the way forward, and cannot take it any more: it is gone, or Vercel says that it
 * has failed after all. Before it had any, it is asked for again.
 */
export function lostCandidate(
  found: VercelDeployment | null,
  { release, context }: VercelWanted<OperationContext>,
): Verification | null {
  const { direction, wasDone } = context;
  if (direction === 'back') return null;
  if (found && FAILED.includes(found.readyState)) return failed(`${release}: ${noteOf(found)}`);
  return !found && wasDone ? failed(`${release} has no deployment at Vercel any more`) : null;
}

/** Back to its base, by which it ends. Forward nobody ends what others have started. */
export function isOursToAbort(
  { canaryDeployment, currentDeployment }: Rolling,
  { id }: Sighting,
  {
    known,
    direction,
  }: { readonly known: readonly Sighting[] } & Pick<OperationContext, 'direction'>,
): boolean {
  const isKnown = direction === 'back' || known.some((one) => one.id === canaryDeployment?.id);
  return currentDeployment?.id === id && isKnown;
}
