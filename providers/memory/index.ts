import type {
  Access,
  ApplyContext,
  Capabilities,
  JsonObject,
  Match,
  Observation,
  ObservedRelease,
  Operation,
  OperationContext,
  Provider,
  ProviderKind,
  Release,
  ReleaseId,
  Scale,
  Split,
  Verification,
} from '../../src/contract/index.ts';
import { ProviderError } from '../../src/contract/index.ts';
import { hashOf } from '../../src/lib/canonical.ts';
import { releaseId } from '../../src/lib/release-id.ts';

/** What the pretended platform holds; several providers may point at one. */
export interface MemoryPlatform {
  releases: Map<ReleaseId, { release: Release; units: number; ready: number; restarts: number }>;
  live: ReleaseId | null;
  split: Split | null;
  match: Match | null;
  fence: number;
  readonly units: number;
}

export const MEMORY_CAPABILITIES: Capabilities = {
  cannot: {},
  weights: { step: 0.1 },
  match: { header: true, cookie: true },
  weightsDown: true,
  idle: 'warm',
  places: null,
  coupled: false,
  startsWithTraffic: false,
  timing: { propagation: 0, readLag: 0, poll: 20, takes: {} },
};

export function createMemoryPlatform(units = 4): MemoryPlatform {
  return { releases: new Map(), live: null, split: null, match: null, fence: 0, units };
}

/** Runs nothing: a provider to plan against, to simulate with, and to read first when writing one. */
export function createMemoryProvider(platform: MemoryPlatform, name = 'memory'): Provider {
  return {
    identity: { provider: 'memory', label: name, place: { name }, pins: { name } },
    observe: async () => observe(platform, name),
    apply: async (operation, context) => applyTo(platform, operation, context),
    verify: async (operation, context) => readBack(platform, operation, context),
    access: accessTo(name),
    close: async () => {},
  };
}

const accessTo = (name: string): Access => ({
  reach: async (release) => ({
    url: `memory://${name}/${release ?? ''}`,
    headers: {},
    close: async () => {},
  }),
  logs: async () => [],
});

/** Takes effect at once, behind a true fence: whoever has been replaced is refused, however late his call arrives. */
export function applyTo(
  platform: MemoryPlatform,
  operation: Operation,
  { fence }: Pick<ApplyContext, 'fence'>,
): void {
  if (fence < platform.fence)
    throw new ProviderError('fenced', `epoch ${fence} was replaced by ${platform.fence}`);
  platform.fence = fence;
  APPLY[operation.kind](platform, operation as never);
}

type Apply = {
  [K in Operation['kind']]: (
    platform: MemoryPlatform,
    operation: Extract<Operation, { kind: K }>,
  ) => void;
};

const APPLY: Apply = {
  start: (platform, operation) =>
    scaleTo(platform, operation.release, unitsFor(platform, operation)),
  scale: (platform, operation) => {
    const { release } = operation;
    const known = platform.releases.get(release);
    if (!known) throw new ProviderError('permanent', `${release} was never started`);
    scaleTo(platform, known.release, unitsFor(platform, operation));
  },
  route: (platform, { split, match }) => {
    const unknown = Object.keys(split).find((id) => split[id] && !platform.releases.has(id));
    if (unknown) throw new ProviderError('permanent', `${unknown} is not there to be routed to`);
    platform.split = split;
    platform.match = match;
  },
  replace: (platform, { release, from, replaced, of }) => {
    scaleTo(platform, release, replaced);
    scaleTo(platform, from, of - replaced);
    platform.split = shares({ [release.id]: replaced, [from.id]: of - replaced }, of);
  },
  promote: (platform, { release }) => {
    platform.live = release;
  },
  retire: (platform, { release, keeps }) => {
    if (keeps && (platform.split?.[release] ?? 0) > 0) {
      throw new ProviderError('permanent', `${release} still has traffic`);
    }
    platform.releases.delete(release);
    platform.live = keeps;
    platform.split = keeps === null ? null : without(platform.split, release, keeps);
  },
};

/** What others have stays theirs. */
function without(split: Split | null, gone: ReleaseId, keeps: ReleaseId): Split {
  const left = Object.entries(split ?? {}).filter(([id, weight]) => id !== gone && weight > 0);
  return left.length > 0 ? Object.fromEntries(left) : { [keeps]: 100 };
}

function scaleTo(platform: MemoryPlatform, release: Release, units: number): void {
  const restarts = platform.releases.get(release.id)?.restarts ?? 0;
  platform.releases.set(release.id, { release, units, ready: units, restarts });
}

const unitsFor = (
  platform: MemoryPlatform,
  { capacity, units = 0 }: Pick<Scale, 'capacity' | 'units'>,
) => Math.max(1, units, Math.ceil((platform.units * capacity) / 100));

function shares(units: Record<ReleaseId, number>, of: number): Split {
  return Object.fromEntries(Object.entries(units).map(([id, count]) => [id, (count / of) * 100]));
}

export function readBack(
  platform: MemoryPlatform,
  operation: Operation,
  { wasDone }: Pick<OperationContext, 'wasDone'> = {},
): Verification {
  const pending = (progress: string): Verification => ({ state: 'pending', progress });
  switch (operation.kind) {
    case 'start':
    case 'scale': {
      const id = operation.kind === 'start' ? operation.release.id : operation.release;
      const wanted = unitsFor(platform, operation);
      const ready = platform.releases.get(id)?.ready ?? 0;
      return ready >= wanted ? { state: 'done' } : pending(`${ready} of ${wanted} ready`);
    }
    case 'route': {
      const { split, match } = platform;
      if (sameSplit(split, operation.split) && hashOf(match) === hashOf(operation.match))
        return { state: 'done' };
      return wasDone
        ? { state: 'diverged', expected: operation.split, found: split }
        : pending('not routed yet');
    }
    case 'replace': {
      const ready = platform.releases.get(operation.release.id)?.ready ?? 0;
      const old = platform.releases.get(operation.from.id)?.ready ?? 0;
      const { release, from, replaced, of } = operation;
      const traffic = shares({ [release.id]: replaced, [from.id]: of - replaced }, of);
      return ready === replaced && old === of - replaced && sameSplit(platform.split, traffic)
        ? { state: 'done' }
        : pending(`${ready} of ${operation.replaced} replaced`);
    }
    case 'promote':
      return platform.live === operation.release ? { state: 'done' } : pending('not promoted yet');
    case 'retire':
      return platform.releases.has(operation.release) || platform.split?.[operation.release]
        ? pending('still there')
        : { state: 'done' };
  }
}

function sameSplit(a: Split | null, b: Split): boolean {
  const ids = new Set([...Object.keys(a ?? {}), ...Object.keys(b)]);
  return [...ids].every((id) => Math.abs((a?.[id] ?? 0) - (b[id] ?? 0)) < 0.05);
}

function observe(platform: MemoryPlatform, name: string): Observation {
  const { live, split, match } = platform;
  const releases = [...platform.releases.values()].map((entry) => observed(platform, entry));
  const endpoints = {
    public: `memory://${name}`,
    counts: `memory://${name}/counts`,
    metrics: null,
  };
  return {
    releases,
    live,
    split,
    match,
    full: platform.units,
    labels: { service: name },
    baseline: {},
    endpoints,
    capabilities: MEMORY_CAPABILITIES,
    owner: null,
    notes: [],
  };
}

function observed(
  platform: MemoryPlatform,
  entry: { release: Release; units: number; ready: number; restarts: number },
): ObservedRelease {
  const { release, units, ready, restarts } = entry;
  return {
    id: release.id,
    version: release.version,
    release,
    desired: units,
    ready,
    starting: 0,
    capacity: Math.min(100, (ready / platform.units) * 100),
    health: ready >= units ? 'healthy' : ready > 0 ? 'degraded' : 'unhealthy',
    restarts,
    labels: { release: release.id, version: release.version },
    note: null,
  };
}

const platforms = new Map<string, MemoryPlatform>();

/** The one of this name, for tests that do to it what other hands would. */
export function memoryPlatform(name: string): MemoryPlatform {
  const platform = platforms.get(name) ?? createMemoryPlatform();
  platforms.set(name, platform);
  return platform;
}

/** Lives as long as the process: for trying plans and for tests of the command line. */
export const memoryProvider: ProviderKind = {
  name: 'memory',
  connection: (_settings, { service, environment }) => ({
    name: environment ? `${service}-${environment}` : service,
  }),
  open: async (connection) => {
    const name = String(connection.name);
    return createMemoryProvider(memoryPlatform(name), name);
  },
  release: async ({ version, settings }) => memoryRelease(version, settings),
};

export function memoryRelease(version: string, spec: JsonObject = {}): Release {
  return { id: releaseId(version, spec), version, artifact: hashOf(version), spec };
}
