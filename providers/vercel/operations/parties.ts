import type { OperationContext, Release, ReleaseId, Split } from '../../../src/contract/index.ts';
import { baselineIn } from '../baseline.ts';
import type { Sighting } from '../memory.ts';
import { deploymentOf, type Place } from '../place.ts';
import type { Standing } from '../sight.ts';

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
  const wanted = [...ids, ...(live ? [live] : [])];
  const { sighted } = place.memory;
  const found = await Promise.all(
    wanted.map((one) => sighted.get(idIn(one)) ?? deploymentOf(place, one, signal)),
  );
  return found.filter((one) => one !== null);
}

const idIn = (one: Release | ReleaseId) => (typeof one === 'string' ? one : one.id);

/** A deployment in production that is none of those. */
export function strangerIn(
  { production }: Standing,
  known: readonly Sighting[],
  { before, direction }: OperationContext,
): string | null {
  if (production === null || direction === 'back') return null;
  if (before.live === null && baselineIn(before) === null) return null;
  return known.some(({ id }) => id === production) ? null : production;
}

/** The whole release where it is known: an adopted one is found by what it is. */
export const wholeIn = ({ release, context }: VercelWanted<OperationContext>) =>
  context.before.live?.id === release ? context.before.live : release;
