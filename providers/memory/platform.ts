import type { Match, Release, ReleaseId, Scale, Split } from '../../src/contract/index.ts';
import { PROFILES, type Profile } from './profiles.ts';

export interface MemoryUnits {
  release: Release;
  units: number;
  ready: number;
  restarts: number;
}

/** What the pretended platform holds, as plain data; several providers may point at one. */
export interface MemoryPlatform {
  readonly profile: Profile;
  releases: Map<ReleaseId, MemoryUnits>;
  /** The mark of the promoted release, which other hands may lose. */
  live: ReleaseId | null;
  split: Split | null;
  match: Match | null;
  fence: number;
  /** Units that carry all of the traffic. */
  units: number;
  settings: Record<string, number | boolean>;
  /** Keys of the last calls that it took, so that what was sent is told from what was not. */
  sent: string[];
  /** What it answers when it is asked before the first write. */
  readonly review: { refusals: string[]; notes: string[] };
}

export function createMemoryPlatform(units = 4, profile: Profile = PROFILES.plain): MemoryPlatform {
  return {
    profile,
    releases: new Map(),
    live: null,
    split: null,
    match: null,
    fence: 0,
    units,
    settings: { ...profile.settings },
    sent: [],
    review: { refusals: [], notes: [] },
  };
}

/** Other hands: something runs here already, started and routed to without any mark of ours. */
export function adopt(platform: MemoryPlatform, release: Release): void {
  const { units } = platform;
  const adopted: Release = { ...release, adopted: true };
  platform.releases.set(release.id, { release: adopted, units, ready: units, restarts: 0 });
  platform.split = { [release.id]: 100 };
}

/** Other hands: an autoscaler changes how many units carry the traffic, and so those of what is live. */
export function autoscale(platform: MemoryPlatform, units: number): void {
  platform.units = units;
  const id = memoryLiveOf(platform);
  const entry = id === null ? undefined : platform.releases.get(id);
  if (entry) Object.assign(entry, { units, ready: units });
}

/** The mark; where it is lost, whoever has all of the traffic. */
export function memoryLiveOf({ live, split }: MemoryPlatform): ReleaseId | null {
  return live ?? Object.keys(split ?? {}).find((id) => split?.[id] === 100) ?? null;
}

/** Where nothing is counted, whatever is started can carry all of the traffic. */
export function unitsFor(
  { units: full, profile }: MemoryPlatform,
  { capacity, units = 0 }: Pick<Scale, 'capacity' | 'units'>,
): number {
  if (!profile.counts) return full;
  return Math.max(1, units, Math.ceil((full * capacity) / 100));
}

export function scaleTo(platform: MemoryPlatform, release: Release, units: number): void {
  const restarts = platform.releases.get(release.id)?.restarts ?? 0;
  platform.releases.set(release.id, { release, units, ready: units, restarts });
}
