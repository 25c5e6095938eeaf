import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createMemoryPlatform,
  createMemoryProvider,
  memoryRelease,
} from '../../providers/memory/index.ts';
import type { GateSource, Step } from '../../src/contract/index.ts';
import {
  DEFAULT_PACE,
  drive,
  freezePlan,
  open,
  readNewest,
  type World,
} from '../../src/engine/index.ts';
import { gateJudge } from '../../src/judge/judge.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { systemRandom } from '../../src/lib/random.ts';
import { createFileStore } from '../../stores/file/index.ts';
import { median, type Row } from './rig.ts';

const STEPS = 20;
const ROUNDS = 21;

/** What a step costs beside its own work: journal with fsync, one apply and one read-back in memory. */
export async function engineRows(): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'deployctl-bench-'));
  try {
    const rounds: number[] = [];
    for (let round = 0; round < ROUNDS; round++)
      rounds.push(await stepCost(join(folder, String(round))));
    const cost = median(rounds);
    return [
      {
        what: 'engine overhead per step, file store with fsync',
        measured: `${cost.toFixed(2)} ms`,
        goal: '≤ 2 ms',
        holds: cost <= 2,
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function stepCost(folder: string): Promise<number> {
  const world = worldIn(folder);
  const release = memoryRelease('v1');
  const plan = freezePlan({
    folder: '/',
    target: {
      id: 'bench-1',
      service: 'bench',
      environment: null,
      identity: world.provider.identity,
    },
    provider: { name: 'memory', connection: {} },
    strategy: 'bench',
    release,
    steps: Array.from({ length: STEPS }, (_, index) => stepNumber(index, release)),
    gates: {},
    deadline: null,
    rollbackDeadline: 60_000,
    undoes: null,
    onInterrupt: 'pause',
    notes: [],
    observation: await world.provider.observe(),
    live: null,
  });
  const session = await open(world, plan, await readNewest(world, plan.target.id));
  const begun = performance.now();
  const { result } = await drive(session);
  if (result !== 'succeeded') throw new Error(`the measured deployment ended ${result}`);
  return (performance.now() - begun) / STEPS;
}

function stepNumber(index: number, release: ReturnType<typeof memoryRelease>): Step {
  const first = [
    { kind: 'start', release, capacity: 100, weights: [100] },
    { kind: 'route', split: { [release.id]: 100 }, match: null },
  ] as const;
  return {
    id: `${index}-step`,
    phase: 'shift',
    title: 'step',
    action: first[index] ?? { kind: 'promote', release: release.id },
    watch: [],
    onFailure: 'rollback',
    deadline: 10_000,
    attempts: 1,
    estimate: { best: 0, worst: 0, weight: 0 },
  };
}

function worldIn(folder: string): World {
  const source = (): GateSource => ({ measure: () => Promise.reject(new Error('no gates here')) });
  const actor = { name: 'bench', host: 'bench', url: null };
  return {
    clock: systemClock,
    random: systemRandom,
    store: createFileStore(folder),
    provider: createMemoryProvider(createMemoryPlatform()),
    source,
    judge: gateJudge as World['judge'],
    run: async () => ({ code: 0, output: '' }),
    redact: (text) => text,
    emit: () => {},
    holder: { actor, host: 'bench', bootId: 'boot', pid: process.pid, started: '1' },
    provenDead: () => false,
    provenAlive: () => true,
    interrupts: { listen: () => () => {} },
    waitForApproval: false,
    pace: DEFAULT_PACE,
  };
}
