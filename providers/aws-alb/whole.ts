import type { Release, Scale } from '../../src/contract/index.ts';
import type { Crew } from './compute/compute.ts';
import { targetsIn, unitsIn } from './compute/spec.ts';
import { weightsIn } from './forward.ts';
import type { AlbReading, GroupReading } from './reading.ts';

/** How many units carry all of the traffic: what the platform keeps behind the groups that have it. */
function wholeOf(release: Pick<Release, 'spec'>, reading: AlbReading): number {
  const { blue, green, main } = reading;
  if (!blue.kept && !green.kept) return unitsIn(release);
  const weights = new Map(weightsIn(main).map(({ group, weight }) => [group, weight]));
  const [most] = [blue, green].toSorted(
    (a, b) => (weights.get(b.arn) ?? 0) - (weights.get(a.arn) ?? 0),
  );
  return Math.max(1, most?.kept?.wanted ?? 0) || unitsIn(release);
}

/** So many units as a share of the whole is; of given targets never more than there are. */
export function crewFor(
  release: Release,
  { capacity, units = 0 }: Pick<Scale, 'capacity' | 'units'>,
  { reading, group }: { readonly reading: AlbReading; readonly group: Pick<GroupReading, 'arn'> },
): Crew {
  const given = targetsIn(release).length;
  const wanted = Math.max(1, units, Math.ceil((wholeOf(release, reading) * capacity) / 100));
  return { release, group: group.arn, units: given > 0 ? Math.min(given, wanted) : wanted };
}
