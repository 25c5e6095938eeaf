import type { Scale, Verification } from '../../../src/contract/index.ts';
import type { Desk } from '../desk.ts';
import { hopeless, isHealthy, progress, standing } from '../health.ts';
import { type GroupReading, nameOf } from '../reading.ts';
import { deregister, register } from '../writes.ts';
import { again, DONE, pending } from './operation.ts';

type AlbAsked = Pick<Scale, 'capacity' | 'units'>;

/** How many of all its targets a release shall have: a share, rounded up, never none. */
export function countFor(all: number, { capacity, units = 0 }: AlbAsked): number {
  return Math.min(all, Math.max(1, units, Math.ceil((all * capacity) / 100)));
}

/** So many of these targets are registered; those that are not healthy leave first. */
export async function fill(
  { arn, targets }: GroupReading,
  all: readonly string[],
  { count, desk }: { readonly count: number; readonly desk: Desk },
): Promise<void> {
  const there = standing(targets);
  const names = new Set(there.map(nameOf));
  const lacking = all
    .filter((target) => !names.has(target))
    .slice(0, Math.max(0, count - there.length));
  await register(desk, arn, lacking);
  const leave = there.toSorted((a, b) => Number(isHealthy(a)) - Number(isHealthy(b)));
  await deregister(desk, arn, leave.slice(0, Math.max(0, there.length - count)).map(nameOf));
}

export function isFilled({ targets }: GroupReading, count: number): Verification {
  const there = standing(targets);
  const lost = hopeless(there);
  if (lost) return { state: 'failed', reason: lost };
  if (there.length !== count) return again(`${there.length} of ${count} targets are registered`);
  return there.every(isHealthy) ? DONE : pending(progress(there, count));
}
