import type { Release, Scale } from '../../../src/contract/index.ts';
import type { LocalSpec } from '../settings.ts';

export const specOf = (release: Release) => release.spec as unknown as LocalSpec;

/** Replicas that make this percent of the release's full capacity. */
export function unitsOf(
  release: Release,
  { capacity, units = 0 }: Pick<Scale, 'capacity' | 'units'>,
): number {
  return Math.max(
    units,
    capacity > 0 ? 1 : 0,
    Math.ceil((specOf(release).replicas * capacity) / 100 - 1e-9),
  );
}
