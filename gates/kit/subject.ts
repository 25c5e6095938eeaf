import type { Release, Subject } from '../../src/contract/index.ts';

/** The release whose numbers are judged. */
export function askedOf({ track, candidate, stable }: Subject): Release {
  return track === 'stable' && stable ? stable : candidate;
}

/** The release it is compared with: none when stable itself is asked. */
export function comparedOf({ track, stable }: Subject): Release | null {
  return track === 'stable' ? null : stable;
}
