import type { Release } from '../../src/contract/index.ts';
import { releaseId } from '../../src/lib/release-id.ts';
import { groupName } from './arn.ts';
import { standing } from './health.ts';
import { listIn } from './lists.ts';
import { MARK } from './marks.ts';
import { type AlbReading, type GroupReading, nameOf } from './reading.ts';
import { albSpecOf, targetsSpec } from './release.ts';

/** The release that is in a group, as its marks say; without them, as it was found. */
export interface Occupant {
  readonly id: string;
  readonly version: string;
  readonly release: Release | null;
  readonly isAdopted: boolean;
  /** How many targets it has when it is whole. */
  readonly units: number;
  /** Those targets, as far as they are known. */
  readonly all: readonly string[];
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
  const all = listIn(group.marks) ?? standing(group.targets).map(nameOf);
  const units = Number(group.marks[MARK.units] ?? all.length);
  const spec = albSpecOf(targetsSpec(all));
  const whole = { id, version, artifact: `version:${version}`, spec };
  // Complete only if these are the very targets that the id was made of.
  const own = releaseId(version, spec) === id ? whole : null;
  const release = isAdopted ? { ...whole, adopted: true as const } : own;
  return { id, version, release, isAdopted, units, all, group };
}

/** Named by its group, so that the id stays the same when a target comes or goes. */
function adopted(group: GroupReading): Occupant {
  const version = groupName(group.arn);
  const id = releaseId(version, { group: group.arn });
  const targets = standing(group.targets);
  const spec = albSpecOf(targetsSpec(targets.map(nameOf)));
  const release = { id, version, artifact: `version:${version}`, spec, adopted: true as const };
  const all = targets.map(nameOf);
  return { id, version, release, isAdopted: true, units: targets.length, all, group };
}

export const occupantsOf = ({ blue, green }: Pick<AlbReading, 'blue' | 'green'>) =>
  [occupantOf(blue), occupantOf(green)].filter((found) => found !== null);

export const occupantNamed = (reading: AlbReading, id: string): Occupant | null =>
  occupantsOf(reading).find((occupant) => occupant.id === id) ?? null;
