import type { Observation, ObservedRelease } from '../../src/contract/index.ts';
import { type MemoryPlatform, type MemoryUnits, memoryLiveOf } from './platform.ts';

export function observe(platform: MemoryPlatform, name: string): Observation {
  const { split, match, units, profile, settings } = platform;
  return {
    releases: [...platform.releases.values()].map((entry) => memoryObserved(platform, entry)),
    live: memoryLiveOf(platform),
    split,
    match,
    full: profile.counts ? units : null,
    labels: { service: name },
    baseline: { ...settings },
    endpoints: { public: `memory://${name}`, counts: `memory://${name}/counts`, metrics: null },
    capabilities: profile.capabilities,
    owner: null,
    notes: [],
  };
}

function memoryObserved(platform: MemoryPlatform, entry: MemoryUnits): ObservedRelease {
  const { release, units, ready, restarts } = entry;
  const common = {
    id: release.id,
    version: release.version,
    release,
    starting: 0,
    labels: { release: release.id, version: release.version },
    note: null,
  };
  if (!platform.profile.counts) {
    const isReady = ready > 0;
    const health = isReady ? 'healthy' : 'unhealthy';
    return {
      ...common,
      desired: 1,
      ready: isReady ? 1 : 0,
      capacity: null,
      health,
      restarts: null,
    };
  }
  return {
    ...common,
    desired: units,
    ready,
    capacity: Math.min(100, (ready / platform.units) * 100),
    health: ready >= units ? 'healthy' : ready > 0 ? 'degraded' : 'unhealthy',
    restarts,
  };
}
