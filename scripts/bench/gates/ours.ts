import type { GateSpec, Json, Measurement, Reading } from '../../../src/contract/index.ts';
import { gateJudge, type JudgeState } from '../../../src/judge/judge.ts';
import type { Verdict } from './judges.ts';
import { type Counts, STAGES, sumOf, TICK, type Tick } from './services.ts';

/** Seconds of a window, and of what comes in too late for it. */
const WINDOW = 15;
/** How long a stage may be extended by gates that cannot say. */
const EXTENSION = 300;
/** A new release's caches are cold for so long: its latency is not judged. */
const WARM_UP = 30;

const LIMITS: GateSpec['judge'] = {
  max: null,
  min: null,
  consecutive: 1,
  for: 0,
  compare: { ratio: 1.5, difference: 0, floor: 0.001 },
  minSamples: 20,
  onNoData: 'fail',
  errorLimit: 4,
  alpha: 0.005,
};

interface Gate {
  readonly name: 'errors' | 'slow';
  readonly spec: GateSpec['judge'];
  readonly warmUp: number;
  readonly bad: (counts: Counts) => number;
}

const GATES: readonly Gate[] = [
  { name: 'errors', spec: { ...LIMITS, max: 0.05 }, warmUp: 0, bad: ({ bad }) => bad },
  { name: 'slow', spec: LIMITS, warmUp: WARM_UP, bad: ({ slow }) => slow },
];

const PER_WINDOW = WINDOW / TICK;

/** The product’s own judge with its defaults: both gates compare with stable, errors have a limit of 5 %. */
export function judgedByUs(
  past: readonly Tick[],
  ticks: readonly Tick[],
  more: (at: number, now: number) => Tick,
): Verdict {
  const states = new Map<string, JudgeState>(GATES.map((gate) => [gate.name, learned(gate, past)]));
  let at = 0;
  for (const { seconds } of STAGES) {
    const end = at + seconds / TICK;
    for (const { name } of GATES) states.set(name, carried(states.get(name) as JudgeState));
    const failed = watch(states, (from) => ticks[from], { from: at, to: end });
    if (failed !== null) return { failedAt: failed * TICK, undecided: false };
    at = end;
    if (pending(states).length === 0) continue;
    // More time at the same weight; what is counted in it is drawn when it is needed.
    const extra = new Map<number, Tick>();
    const later = (tick: number) => {
      if (!extra.has(tick)) extra.set(tick, more((end - 1) * TICK, tick * TICK));
      return extra.get(tick);
    };
    const late = watch(states, later, {
      from: end,
      to: end + EXTENSION / TICK,
      untilDecided: true,
    });
    if (late !== null) return { failedAt: late * TICK, undecided: false };
    if (pending(states).length > 0) {
      const [first] = pending(states);
      const isFailure = first?.verdict === 'fail';
      return { failedAt: isFailure ? end * TICK : null, undecided: !isFailure };
    }
  }
  return { failedAt: null, undecided: false };
}

function learned({ bad }: Gate, past: readonly Tick[]): JudgeState {
  let state = gateJudge.begin(null, false);
  for (let at = 0; at + PER_WINDOW <= past.length; at += PER_WINDOW) {
    const counts = sumOf(past.slice(at, at + PER_WINDOW), 'stable');
    const reading = readingOf(counts.total, bad(counts));
    state = gateJudge.learn(state, measured(reading, null));
  }
  return state;
}

/** As from one step to the next, through the journal. */
function carried({ last, ...state }: JudgeState): JudgeState {
  return gateJudge.begin(state as unknown as Json, false);
}

function pending(states: ReadonlyMap<string, JudgeState>) {
  return GATES.map(({ name, spec }) =>
    gateJudge.final(spec, states.get(name) as JudgeState),
  ).filter(({ verdict }) => verdict !== 'pass');
}

/** Window after window until one fails, in ticks; null where none does. */
function watch(
  states: Map<string, JudgeState>,
  tickAt: (at: number) => Tick | undefined,
  { from, to, untilDecided = false }: { from: number; to: number; untilDecided?: boolean },
): number | null {
  for (let at = from; at + PER_WINDOW <= to; at += PER_WINDOW) {
    const window = Array.from({ length: PER_WINDOW }, (_, tick) => tickAt(at + tick)).filter(
      (tick) => tick !== undefined,
    );
    const [own, other] = [sumOf(window, 'candidate'), sumOf(window, 'stable')];
    for (const { name, spec, warmUp, bad } of GATES) {
      if (at * TICK < warmUp) continue;
      const candidate = readingOf(own.total, bad(own));
      const found = measured(candidate, readingOf(other.total, bad(other)));
      const judged = gateJudge.judge(spec, states.get(name) as JudgeState, {
        measurement: found,
        at: at * TICK * 1000,
      });
      states.set(name, judged.state);
      if (judged.judgement.verdict === 'fail') return at + PER_WINDOW;
    }
    if (untilDecided && pending(states).length === 0) return null;
  }
  return null;
}

function readingOf(total: number, bad: number): Reading | null {
  return total > 0 ? { value: bad / total, samples: total, bad, total } : null;
}

function measured(candidate: Reading | null, stable: Reading | null): Measurement {
  return { kind: candidate ? 'ok' : 'noData', candidate, stable, unit: 'ratio', detail: 'no data' };
}
