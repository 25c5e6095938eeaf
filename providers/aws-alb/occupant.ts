import type { Release } from '../../src/contract/index.ts';
import { releaseId } from '../../src/lib/release-id.ts';
import { groupName } from './arn.ts';
import { standing } from './health.ts';
import { MARK } from './marks.ts';
import { type GroupReading, nameOf, type Reading } from './reading.ts';
import { specOf, targetsSpec } from './release.ts';

/** The release that is in a group, as its marks say; without them, as it was found. */
export interface Occupant {
  readonly id: string;
  readonly version: string;
  readonly release: Release | null;
  readonly isAdopted: boolean;
  /** How many targets it has when it is whole. */
  readonly units: number;
  readonly group: GroupReading;
}

/** Null for a group that holds nothing: no mark, and no target. */
export function occupantOf(group: GroupReading): Occupant | null {
  const id = group.marks[MARK.release];
  if (id) return marked(id, group);
  return standing(group.targets).length > 0 ? adopted(group) : null;
}

function marked(id: string, group: GroupReading): Occupant {
  const version = group.marks[MARK.version] ?? id;
  const isAdopted = group.marks[MARK.adopted] === 'true';
  const units = Number(group.marks[MARK.units] ?? standing(group.targets).length);
  return { id, version, release: described(id, group, version), isAdopted, units, group };
}

/** Complete only while the targets are the very ones that the id was made of. */
function described(id: string, group: GroupReading, version: string): Release | null {
  const spec = targetsSpec(standing(group.targets).map(nameOf));
  const common = { id, version, artifact: `version:${version}`, spec: specOf(spec) };
  if (group.marks[MARK.adopted] === 'true') return { ...common, adopted: true };
  return releaseId(version, specOf(spec)) === id ? common : null;
}

/** Named by its group, so that the id stays the same when a target comes or goes. */
function adopted(group: GroupReading): Occupant {
  const version = groupName(group.arn);
  const id = releaseId(version, { group: group.arn });
  const targets = standing(group.targets);
  const spec = specOf(targetsSpec(targets.map(nameOf)));
  const release = { id, version, artifact: `version:${version}`, spec, adopted: true as const };
  return { id, version, release, isAdopted: true, units: targets.length, group };
}

export const occupantsOf = ({ blue, green }: Pick<Reading, 'blue' | 'green'>) =>
  [occupantOf(blue), occupantOf(green)].filter((found) => found !== null);

export const occupantNamed = (reading: Reading, id: string): Occupant | null =>
  occupantsOf(reading).find((occupant) => occupant.id === id) ?? null;
