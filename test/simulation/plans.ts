import { memoryRelease } from '../../providers/memory/index.ts';
import {
  type BlueGreenSettings,
  type CanarySettings,
  type CommonSettings,
  DeployError,
  type GateSpec,
  type Observation,
  type Plan,
  type Release,
  type RollingSettings,
} from '../../src/contract/index.ts';
import { freezePlan, type World } from '../../src/engine/index.ts';
import { strategies } from '../strategies/every.ts';

export const TARGET = 'shop-1';
export const v1 = memoryRelease('v1');
export const v2 = memoryRelease('v2');
export const v3 = memoryRelease('v3');

type StrategyName = 'canary' | 'blue-green' | 'rolling';
/** A strategy, or the first deployment of a service with one. */
export type Course = StrategyName | 'first';
export const COURSES: readonly Course[] = ['canary', 'blue-green', 'rolling', 'first'];

/** What is drawn of the settings; everything else is short, so that a run is. */
export interface Taste {
  readonly course: Course;
  readonly approval: boolean;
  readonly hooks: boolean;
  readonly warm: number;
  readonly consecutive: number;
  readonly onFailure: 'rollback' | 'hold' | 'ask';
  readonly deadline: number | null;
}

export const plain = (course: Course): Taste => ({
  course,
  approval: false,
  hooks: false,
  warm: 0,
  consecutive: 1,
  onFailure: 'rollback',
  deadline: null,
});

const gate = (source: string, consecutive: number): GateSpec => ({
  source,
  settings: {},
  interval: 1000,
  timeout: 3000,
  delay: 0,
  warmup: 0,
  judge: {
    max: null,
    min: null,
    consecutive,
    for: 0,
    compare: null,
    minSamples: 1,
    onNoData: 'fail',
    errorLimit: 4,
  },
  advisory: false,
});

function common(taste: Taste): CommonSettings {
  const hook = { name: 'migrate', run: ['do'], undo: ['undo'], timeout: 1000 };
  return {
    preflight: ['smoke'],
    check: ['smoke'],
    gates: ['errors'],
    bake: { duration: 2000, gates: [] },
    retire: { after: taste.warm },
    onFailure: { shift: taste.onFailure },
    hooks: taste.hooks ? { start: { before: [hook], after: [] } } : {},
    timeouts: { start: 120_000, route: 60_000, retire: 60_000, check: 20_000 },
    extension: 20_000,
  };
}

function settingsOf(taste: Taste): CanarySettings & BlueGreenSettings & RollingSettings {
  const approval = taste.approval ? { question: null, expires: 30_000 } : null;
  const stage = { duration: 2000, capacity: null, gates: [], approval: null, onFailure: null };
  return {
    ...common(taste),
    approval,
    match: null,
    stages: [
      { ...stage, weight: 25, match: null },
      { ...stage, weight: 50, match: null },
    ],
    batch: { count: 2 },
    maxUnavailable: { count: 0 },
    maxSurge: { count: 2 },
    pause: 2000,
    maxFailures: 0,
  };
}

interface Planner extends Pick<World, 'provider'> {
  /** Releases that the journal knows whole. */
  readonly journaled?: readonly Release[];
}

/** As the command line does it: what the platform does not show is known from the journal, or not replaced. */
function liveIn({ live, releases }: Observation, journaled: readonly Release[]): Release | null {
  if (live === null) return null;
  const shown = releases.find(({ id }) => id === live)?.release;
  const known = shown ?? journaled.find(({ id }) => id === live);
  if (known) return known;
  const message = `${live} is live, but neither the platform nor the journal knows what it is made of.`;
  throw new DeployError('plan-refused', { message });
}

/** The plan of a real strategy for what the world's platform holds now; null when it is live already. */
export async function planFor(
  world: Planner,
  release: Release,
  taste: Taste,
): Promise<Plan | null> {
  const observation = await world.provider.observe();
  const live = liveIn(observation, world.journaled ?? []);
  const isEarly = observation.capabilities.startsWithTraffic;
  // A first release needs no weights; where one that follows it gets them at its start, it is a canary.
  const name = taste.course !== 'first' ? taste.course : isEarly ? 'canary' : 'blue-green';
  const settings = settingsOf(taste);
  const steps = strategies[name]?.plan({ observation, release, live, settings }) ?? [];
  if (steps.length === 0) return null;
  return freezePlan({
    folder: '/',
    target: {
      id: TARGET,
      service: 'shop',
      environment: null,
      identity: world.provider.identity,
    },
    provider: { name: 'memory', connection: { name: 'memory' } },
    strategy: name,
    release,
    steps,
    gates: { smoke: gate('smoke', 1), errors: gate('errors', taste.consecutive) },
    deadline: taste.deadline,
    rollbackDeadline: 900_000,
    undoes: null,
    onInterrupt: 'pause',
    notes: [],
    observation,
    live,
  });
}
