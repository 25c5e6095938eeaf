import type {
  BlueGreenSettings,
  CanarySettings,
  CanaryStage,
  Capabilities,
  CommonSettings,
  Observation,
  ObservedRelease,
  PlanInput,
  Release,
  RollingSettings,
  Step,
} from '../../src/contract/index.ts';

const MINUTE = 60_000;

export const common: CommonSettings = {
  preflight: [],
  check: ['smoke'],
  gates: ['errors'],
  bake: { duration: 5 * MINUTE, gates: ['latency'] },
  retire: { after: 10 * MINUTE },
  onFailure: {},
  hooks: {},
  timeouts: { start: 5 * MINUTE, route: MINUTE, retire: 2 * MINUTE, check: MINUTE },
  extension: 2 * MINUTE,
};

export const stage = (weight: number, over: Partial<CanaryStage> = {}): CanaryStage => ({
  weight,
  duration: MINUTE,
  capacity: null,
  gates: [],
  approval: null,
  match: null,
  onFailure: null,
  ...over,
});

export const canarySettings = (over: Partial<CanarySettings> = {}): CanarySettings => ({
  ...common,
  stages: [stage(5), stage(25), stage(100, { duration: 0 })],
  approval: null,
  ...over,
});

export const blueGreenSettings = (over: Partial<BlueGreenSettings> = {}): BlueGreenSettings => ({
  ...common,
  approval: null,
  match: null,
  ...over,
});

export const rollingSettings = (over: Partial<RollingSettings> = {}): RollingSettings => ({
  ...common,
  batch: { percent: 25 },
  maxUnavailable: { count: 0 },
  maxSurge: { count: 1 },
  pause: 30_000,
  maxFailures: 0,
  ...over,
});

export const releaseOf = (version: string): Release => ({
  id: `${version}-abc`,
  version,
  artifact: `sha256:${version}`,
  spec: {},
});

export const seen = (version: string, over: Partial<ObservedRelease> = {}): ObservedRelease => ({
  id: `${version}-abc`,
  version,
  release: releaseOf(version),
  desired: 4,
  ready: 4,
  capacity: 100,
  health: 'healthy',
  restarts: 0,
  starting: 0,
  labels: {},
  note: null,
  ...over,
});

export const able: Capabilities = {
  cannot: {},
  weights: { step: 1 },
  match: { header: true, cookie: true },
  weightsDown: true,
  idle: 'warm',
  places: null,
  coupled: false,
  startsWithTraffic: false,
  timing: { propagation: 0, readLag: 0, poll: 1000, takes: {} },
};

export const observed = (over: Partial<Observation> = {}): Observation => ({
  releases: [seen('v1')],
  live: 'v1-abc',
  split: { 'v1-abc': 100 },
  match: null,
  full: 4,
  labels: {},
  baseline: {},
  endpoints: { public: null, counts: null, metrics: null },
  capabilities: able,
  owner: null,
  notes: [],
  ...over,
});

export const nothing = observed({ releases: [], live: null, split: null });

export function inputOf<S extends CommonSettings>(
  settings: S,
  over: Partial<PlanInput<S>> = {},
): PlanInput<S> {
  const observation = over.observation ?? observed();
  const live = observation.releases.find(({ id }) => id === observation.live)?.release ?? null;
  return { observation, release: releaseOf('v2'), live, settings, ...over };
}

export const table = (steps: readonly Step[]): string[] =>
  steps.map(
    ({ id, title, watch }) => `${id} ${title}${watch.length > 0 ? ` [${watch.join(' ')}]` : ''}`,
  );
