import type { Release, Subject } from '../../src/contract/index.ts';

/** The release whose numbers are judged. */
export function askedOf({ track, candidate, stable }: Subject): Release {
  return track === 'stable' && stable ? stable : candidate;
}

/** For people: why a probe asked nobody. */
export function noWayTo({ track, candidate }: Subject): string {
  return track === 'candidate'
    ? `${candidate.version} alone cannot be reached from here`
    : 'the service cannot be reached from here';
}

/** The release it is compared with: none when stable itself is asked. */
export function comparedOf({ track, stable }: Subject): Release | null {
  return track === 'stable' ? null : stable;
}
