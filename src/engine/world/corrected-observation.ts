import type { Observation, ObservedRelease, Split } from '../../contract/index.ts';

/** What is read of a platform, as the engine takes it, and what had to be put right about it, in words. */
export interface CorrectedObservation {
  readonly seen: Observation;
  readonly oddities: readonly string[];
}

/** Weights are read back with the dust of fractions. */
export const DUST = 0.05;

/** Each release is there once, and weights that a platform has rounded sum to 100 again. */
export function correctObservation(seen: Observation): CorrectedObservation {
  const { releases, doubled } = onceEach(seen.releases);
  const split = wholeSplit(seen.split);
  const oddities = doubled.map(
    (id) => `the platform lists ${id} more than once: the entry with the most ready units is used`,
  );
  if (split !== seen.split)
    oddities.push('the platform shows rounded weights: they are read as shares of 100');
  return oddities.length === 0
    ? { seen, oddities }
    : { seen: { ...seen, releases, split }, oddities };
}

function onceEach(listed: readonly ObservedRelease[]) {
  const best = new Map<string, ObservedRelease>();
  const doubled = new Set<string>();
  for (const release of listed) {
    const other = best.get(release.id);
    if (other) doubled.add(release.id);
    if (!other || release.ready > other.ready) best.set(release.id, release);
  }
  return { releases: [...best.values()], doubled: [...doubled] };
}

/** What is missing by more than rounding takes is missing, and no rounding. */
function wholeSplit(split: Split | null): Split | null {
  const shares = Object.entries(split ?? {}).filter(([, weight]) => weight > 0);
  const sum = shares.reduce((total, [, weight]) => total + weight, 0);
  const off = Math.abs(sum - 100);
  if (split === null || !(off > DUST && off <= shares.length)) return split;
  return Object.fromEntries(
    Object.entries(split).map(([id, weight]) => [id, (weight * 100) / sum]),
  );
}
