import type { Release } from '../../src/contract/index.ts';
import { releaseId } from '../../src/lib/release-id.ts';
import { groupName } from './arn.ts';
import { asJson, targetsIn, targetsSpec } from './compute/spec.ts';
import { standing } from './health.ts';
import { MARK } from './marks.ts';
import { type AlbReading, type GroupReading, nameOf } from './reading.ts';
import { albArtifactOf } from './release.ts';
import { specOfMarks } from './spec-marks.ts';

/** The release that is in a group, as its marks say; without them, as it was found. */
export interface Occupant {
  readonly id: string;
  readonly version: string;
  readonly release: Release | null;
  /** The same, as far as it is known: what it takes to bring it up or down. */
  readonly made: Release;
  readonly isAdopted: boolean;
  /** How many targets it has when it is whole. */
  readonly units: number;
  readonly group: GroupReading;
}

/** Null for a group that holds nothing: no mark, and no target. */
export function occupantOf(group: GroupReading): Occupant | null {
  const id = group.marks[MARK.release];
  if (id) return marked(id, group);
  const isThere = standing(group.targets).length > 0 || (group.kept?.wanted ?? 0) > 0;
  return isThere ? adopted(group) : null;
}

function marked(id: string, group: GroupReading): Occupant {
  const version = group.marks[MARK.version] ?? id;
  const isAdopted = group.marks[MARK.adopted] === 'true';
  const there = standing(group.targets).map(nameOf);
  const spec = specOfMarks(group.marks) ?? asJson(targetsSpec(there));
  const units = group.kept?.wanted ?? Number(group.marks[MARK.units] ?? targetsIn({ spec }).length);
  const made = { id, version, artifact: albArtifactOf(version, spec), spec };
  // Complete only if this is the very thing that the id was made of.
  const own = releaseId(version, spec) === id ? made : null;
  const release = isAdopted ? { ...made, adopted: true as const } : own;
  return { id, version, release, made: release ?? made, isAdopted, units, group };
}

/** Named by its group, so that the id stays the same when a target comes or goes. */
function adopted(group: GroupReading): Occupant {
  const { kept } = group;
  const targets = standing(group.targets).map(nameOf);
  const spec = kept?.spec ?? asJson(targetsSpec(targets));
  const version = kept?.version ?? groupName(group.arn);
  const id = releaseId(version, kept?.spec ?? { group: group.arn });
  const release = {
    id,
    version,
    artifact: albArtifactOf(version, spec),
    spec,
    adopted: true as const,
  };
  const units = kept?.wanted ?? targets.length;
  return { id, version, release, made: release, isAdopted: true, units, group };
}

export const occupantsOf = ({ blue, green }: Pick<AlbReading, 'blue' | 'green'>) =>
  [occupantOf(blue), occupantOf(green)].filter((found) => found !== null);

export const occupantNamed = (reading: AlbReading, id: string): Occupant | null =>
  occupantsOf(reading).find((occupant) => occupant.id === id) ?? null;
