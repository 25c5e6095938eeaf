import {
  createMemoryPlatform,
  createMemoryProvider,
  type MemoryPlatform,
  memoryRelease,
} from '../../providers/memory/index.ts';
import {
  type DeployEvent,
  type GateSource,
  type GateSpec,
  type Holder,
  type Measurement,
  type Release,
  Secret,
  type Step,
} from '../../src/contract/index.ts';
import {
  DEFAULT_PACE,
  freezePlan,
  type SignalName,
  type World,
  withLive,
} from '../../src/engine/index.ts';
import { gateJudge } from '../../src/judge/judge.ts';
import { nameFrom } from '../../src/lib/random.ts';
import { createMemoryStore } from '../../stores/memory/index.ts';
import { mulberry } from './mulberry.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A world in memory whose time is virtual, with levers for the test. */
export interface TestWorld extends World {
  readonly clock: VirtualClock;
  readonly platform: MemoryPlatform;
  readonly events: DeployEvent[];
  /** What a gate source answers, by source name; `good` where nothing is set. */
  readonly readings: Map<string, () => Measurement | Promise<Measurement>>;
  readonly dead: Set<string>;
  readonly commands: string[][];
  /** What references stand for, by the variable. */
  readonly secrets: Map<string, string>;
  interrupt(signal: SignalName): void;
}

export interface TestWorldOptions {
  readonly seed?: number;
  readonly clock?: VirtualClock;
  readonly store?: World['store'];
  readonly platform?: MemoryPlatform;
  readonly provider?: World['provider'];
  readonly name?: string;
  readonly waitForApproval?: boolean;
}

export function createTestWorld(options: TestWorldOptions = {}): TestWorld {
  const next = mulberry(options.seed ?? 1);
  const platform = options.platform ?? createMemoryPlatform();
  const listeners = new Set<(signal: SignalName) => void>();
  const dead = new Set<string>();
  const readings: TestWorld['readings'] = new Map();
  const events: DeployEvent[] = [];
  const commands: string[][] = [];
  const secrets = new Map<string, string>();
  const name = options.name ?? 'ada';
  return {
    clock: options.clock ?? new VirtualClock(),
    random: { next, name: (length) => nameFrom(next, length) },
    store: options.store ?? createMemoryStore(),
    provider: options.provider ?? createMemoryProvider(platform),
    source: (kind): GateSource => ({ measure: async () => (readings.get(kind) ?? good)() }),
    judge: gateJudge as World['judge'],
    run: async (command) => {
      commands.push([...command]);
      return { code: command[0] === 'false' ? 1 : 0, output: '' };
    },
    secret: async (reference) => {
      const value = 'fromEnv' in reference ? secrets.get(reference.fromEnv) : undefined;
      if (value === undefined) throw new Error('the variable is not set here');
      return new Secret(value);
    },
    redact: (text) => text,
    emit: (event) => events.push(event),
    holder: holderNamed(name),
    provenDead: (holder) => dead.has(holder.nonce) || dead.has(holder.actor.name),
    provenAlive: () => false,
    interrupts: {
      listen: (heard) => {
        listeners.add(heard);
        return () => listeners.delete(heard);
      },
    },
    waitForApproval: options.waitForApproval ?? true,
    pace: { ...DEFAULT_PACE, control: 1000 },
    platform,
    events,
    readings,
    dead,
    commands,
    secrets,
    interrupt: (signal) => {
      for (const heard of [...listeners]) heard(signal);
    },
  };
}

function holderNamed(name: string): Omit<Holder, 'nonce'> {
  return {
    actor: { name, host: `${name}-laptop`, url: null },
    host: `${name}-laptop`,
    bootId: 'boot',
    pid: 7,
    started: '1',
  };
}

export const yes: Measurement = {
  kind: 'ok',
  candidate: { value: 1, samples: 1, bad: 0, total: 1 },
  stable: null,
  unit: 'yesNo',
  detail: 'fine',
};

export const no: Measurement = {
  ...yes,
  candidate: { value: 0, samples: 1, bad: 1, total: 1 },
  detail: 'not fine',
};

const good = () => yes;

export const probeGate: GateSpec = {
  source: 'probe',
  settings: {},
  interval: 1000,
  timeout: 1000,
  delay: 0,
  warmup: 0,
  judge: {
    max: null,
    min: null,
    consecutive: 1,
    for: 0,
    compare: null,
    minSamples: 1,
    onNoData: 'fail',
    errorLimit: 4,
  },
  advisory: false,
};

export const v1 = memoryRelease('v1');
export const v2 = memoryRelease('v2');

/** The platform as it is after v1 was deployed. */
export function serving(platform: MemoryPlatform, release: Release = v1): MemoryPlatform {
  platform.releases.set(release.id, {
    release,
    units: platform.units,
    ready: platform.units,
    restarts: 0,
  });
  platform.live = release.id;
  platform.split = { [release.id]: 100 };
  return platform;
}

/** A plan made of these actions, against what the world's platform holds now. */
export async function planOf(
  world: TestWorld,
  actions: readonly (Step['action'] &
    Partial<Pick<Step, 'watch' | 'onFailure' | 'deadline' | 'attempts'>>)[],
  options: {
    release?: Release;
    gates?: Record<string, GateSpec>;
    deadline?: number | null;
    onInterrupt?: 'pause' | 'rollback';
    keep?: number;
  } = {},
) {
  const observation = withLive(await world.provider.observe());
  const live = observation.releases.find(({ id }) => id === observation.live)?.release ?? null;
  const identity = world.provider.identity;
  const steps = actions.map(
    ({ watch, onFailure, deadline, attempts, ...action }, index): Step => ({
      id: `${String(index + 1).padStart(2, '0')}-${action.kind}`,
      phase: 'shift',
      title: action.kind,
      action: action as Step['action'],
      watch: watch ?? [],
      onFailure: onFailure ?? 'rollback',
      deadline: deadline ?? 60_000,
      attempts: attempts ?? 1,
      estimate: { best: 0, worst: 60_000, weight: 0 },
    }),
  );
  return freezePlan({
    folder: '/',
    target: { id: 'shop-1', service: 'shop', environment: null, identity },
    provider: { name: 'memory', connection: { name: 'memory' } },
    strategy: 'test',
    release: options.release ?? v2,
    steps,
    gates: options.gates ?? { probe: probeGate },
    deadline: options.deadline ?? null,
    rollbackDeadline: 600_000,
    undoes: null,
    onInterrupt: options.onInterrupt ?? 'pause',
    ...(options.keep === undefined ? {} : { keep: options.keep }),
    notes: [],
    observation,
    live,
  });
}

/** start → 50 % → hold → 100 % → promote → retire, watched by `probe`. */
export const canaryActions = [
  { kind: 'start', release: v2, capacity: 100, weights: [50, 100] },
  { kind: 'route', split: { [v1.id]: 50, [v2.id]: 50 }, match: null },
  { kind: 'hold', duration: 10_000, extension: 5000, watch: ['probe'] },
  { kind: 'route', split: { [v1.id]: 0, [v2.id]: 100 }, match: null },
  { kind: 'promote', release: v2.id },
  { kind: 'bake', duration: 10_000, extension: 5000, watch: ['probe'] },
  { kind: 'retire', release: v1.id, keeps: v2.id },
] as const;
