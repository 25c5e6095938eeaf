import type { DeployEvent, EventMap, GateSpec, Release } from '../../contract/index.ts';
import { Gatekeeper, type Watchable, Windows, type World } from '../../engine/index.ts';

/** What one gate made of what is live. */
export interface AnalysisFinding {
  readonly gate: string;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  readonly reason: string;
  /** Of the last reading; null where it had none. */
  readonly value: number | null;
  readonly readings: number;
  readonly advisory: boolean;
}

export interface AnalysisQuestion {
  readonly gates: Readonly<Record<string, GateSpec>>;
  readonly live: Release;
  /** Ms to look; null until each gate has told. */
  readonly duration: number | null;
  /** The first reading of each is enough, whatever it says. */
  readonly once?: boolean;
  /** Told of every reading. */
  heard?(reading: EventMap['measured'], at: number): void;
}

const ANALYSIS_STEP_LIMIT_MS = 10_000;
const ANALYSIS_LOOK_INTERVAL_MS = 50;

/** Asks the gates as a check of a deployment does, without a deployment. */
export async function measureLive(
  world: World,
  question: AnalysisQuestion,
): Promise<AnalysisFinding[]> {
  const told = new Map<string, EventMap['measured'][]>();
  const emit = (event: DeployEvent) => {
    if (event.type !== 'measured') return;
    question.heard?.(event.data, event.at);
    told.set(event.data.gate, [...(told.get(event.data.gate) ?? []), event.data]);
  };
  const names = Object.keys(question.gates);
  const asked = { step: 'analysis', gates: names, track: 'candidate', atOnce: true } as const;
  const keeper = new Gatekeeper(standIn({ ...world, emit }, question), asked);
  const stop = new AbortController();
  const unlisten = world.interrupts.listen(() => stop.abort());
  keeper.begin();
  try {
    const isTold = () => {
      const open = new Set(keeper.pending().map(({ gate }) => gate));
      const isEnough = (name: string) =>
        question.once || !open.has(name) || analysisFailed(told, name);
      return names.every((name) => told.has(name) && isEnough(name));
    };
    await untilTold(world, question, { signal: stop.signal, isTold });
  } finally {
    unlisten();
    await keeper.end();
  }
  const pending = new Map(keeper.pending().map(({ gate, reason }) => [gate, reason]));
  return names.map((name) => findingOf(name, question.gates[name] as GateSpec, { told, pending }));
}

async function untilTold(
  { clock }: World,
  { duration }: AnalysisQuestion,
  { signal, isTold }: { readonly signal: AbortSignal; isTold(): boolean },
): Promise<void> {
  if (duration !== null) return clock.sleep(duration, signal);
  const until = clock.monotonic() + ANALYSIS_STEP_LIMIT_MS;
  while (!isTold() && clock.monotonic() < until && !signal.aborted)
    await clock.sleep(ANALYSIS_LOOK_INTERVAL_MS, signal);
}

/** A look leaves no trace: nothing is recorded. */
function standIn(world: World, { gates, live }: AnalysisQuestion): Watchable {
  const before = { live: null, split: null, units: 0 };
  const state = { id: 'analysis', plan: { gates, release: live, before, steps: [] }, rounds: [] };
  const windows = new Windows(world.clock, { resumed: false });
  return { world, state, windows, record: async () => {} };
}

const analysisFailed = (told: ReadonlyMap<string, readonly EventMap['measured'][]>, name: string) =>
  told.get(name)?.some(({ judgement }) => judgement.verdict === 'fail') ?? false;

interface Readings {
  readonly told: ReadonlyMap<string, readonly EventMap['measured'][]>;
  /** Why a gate has not passed yet. */
  readonly pending: ReadonlyMap<string, string>;
}

function findingOf(
  gate: string,
  { advisory }: GateSpec,
  { told, pending }: Readings,
): AnalysisFinding {
  const readings = told.get(gate) ?? [];
  const last = readings.at(-1)?.judgement;
  const failure = readings.find(({ judgement }) => judgement.verdict === 'fail')?.judgement;
  const common = { gate, advisory, readings: readings.length, value: last?.value ?? null };
  if (failure) return { ...common, verdict: 'fail', reason: failure.reason };
  const open = pending.get(gate) ?? (advisory && last?.verdict !== 'pass' ? last?.reason : null);
  if (open != null) return { ...common, verdict: 'inconclusive', reason: open };
  return last
    ? { ...common, verdict: 'pass', reason: last.reason }
    : { ...common, verdict: 'inconclusive', reason: 'no reading yet' };
}
