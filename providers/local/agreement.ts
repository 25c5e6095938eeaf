import type { Json, Match, Operation, Replace, Verification } from '../../src/contract/index.ts';
import { hashOf } from '../../src/lib/canonical.ts';
import { unitsOf } from './change.ts';
import { type Desired, wasSent } from './desired.ts';
import { sameSplit } from './routing.ts';

/**
 * Null when what is wanted here is what the operation asks for. When it is not, the key tells
 * whether the operation is still to be sent, or was sent and somebody has changed it since.
 */
export function disagreement(
  desired: Desired,
  operation: Operation,
  key: string,
): Verification | null {
  if (agrees(desired, operation)) return null;
  if (!wasSent(desired, operation, key)) return { state: 'pending', progress: 'not asked for yet' };
  return { state: 'diverged', ...difference(desired, operation) };
}

function agrees(desired: Desired, operation: Operation): boolean {
  const { releases, live, replacing } = desired;
  switch (operation.kind) {
    case 'start':
      return releases[operation.release.id]?.count === unitsOf(operation.release, operation);
    case 'scale': {
      const wanted = releases[operation.release];
      return wanted?.count === (wanted && unitsOf(wanted.release, operation));
    }
    case 'route':
      return (
        !replacing &&
        sameSplit(desired.split, operation.split) &&
        sameMatch(desired.match, operation.match)
      );
    case 'replace':
      return isReplaced(desired, operation);
    case 'promote':
      return live === operation.release;
    case 'retire':
      return !releases[operation.release];
  }
}

/** Also after the retirement that follows it, when traffic is a plain split again. */
function isReplaced({ releases, replacing, split }: Desired, operation: Replace): boolean {
  const { release, from, replaced, of } = operation;
  const count = (id: string) => releases[id]?.count ?? 0;
  if (count(release.id) !== replaced || count(from.id) !== of - replaced) return false;
  return replacing
    ? replacing.release === release.id && replacing.from === from.id
    : sameSplit(split, sharesOf(operation));
}

export function sharesOf({ release, from, replaced, of }: Replace): Record<string, number> {
  const share = (100 * replaced) / of;
  return { [release.id]: share, [from.id]: 100 - share };
}

export function sameMatch(a: Match | null, b: Match | null): boolean {
  return hashOf(a) === hashOf(b);
}

function difference(
  { releases, live, split, replacing }: Desired,
  operation: Operation,
): { expected: Json; found: Json } {
  switch (operation.kind) {
    case 'start':
      return counts(operation.release.id, unitsOf(operation.release, operation), releases);
    case 'scale': {
      const wanted = releases[operation.release];
      const count = wanted ? unitsOf(wanted.release, operation) : `${operation.capacity} %`;
      return counts(operation.release, count, releases);
    }
    case 'route':
      return { expected: operation.split, found: replacing ? { ...replacing } : split };
    case 'replace':
      return { expected: sharesOf(operation), found: replacing ? { ...replacing } : split };
    case 'promote':
      return { expected: { live: operation.release }, found: { live } };
    case 'retire':
      return counts(operation.release, 0, releases);
  }
}

function counts(id: string, expected: Json, releases: Desired['releases']) {
  return {
    expected: { release: id, replicas: expected },
    found: { release: id, replicas: releases[id]?.count ?? 0 },
  };
}
