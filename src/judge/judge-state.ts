import type { Json, Judgement, MeasurementKind, Verdict } from '../contract/index.ts';

/** What the judge remembers of a gate in one phase. Plain JSON. */
export interface JudgeState {
  /** Samples of the candidate in all readings that could be judged. */
  readonly samples: number;
  /** Breaching readings since the last good one, how many ms they span, and when the last one was. */
  readonly breaches: number;
  readonly breachedFor: number;
  readonly breachedAt: number;
  /** The last reading that could be judged was not good. */
  readonly suspect: boolean;
  readonly wrongVersions: number;
  readonly errors: number;
  /** Counts of all readings, breaching ones too: what none proves by itself, together they may. */
  readonly bad: number;
  readonly total: number;
  readonly stableBad: number;
  readonly stableTotal: number;
  readonly last: LastReading | null;
}

interface LastReading {
  readonly kind: MeasurementKind;
  readonly verdict: Verdict;
  readonly reason: string;
}

export const initialState: JudgeState = {
  samples: 0,
  breaches: 0,
  breachedFor: 0,
  breachedAt: 0,
  suspect: false,
  wrongVersions: 0,
  errors: 0,
  bad: 0,
  total: 0,
  stableBad: 0,
  stableTotal: 0,
  last: null,
};

const COUNTS = ['bad', 'total', 'stableBad', 'stableTotal'] as const;

/** What outlives the process: counts that only together prove something. None where nothing is counted. */
export function evidenceOf(state: JudgeState): Pick<Judgement, 'state'> {
  const { bad, total, stableBad, stableTotal } = state;
  return total + stableTotal > 0 ? { state: { bad, total, stableBad, stableTotal } } : {};
}

/** A step that goes on after a resume keeps its counts; rows of breaches and verdicts begin anew. */
export function beginWith(former: Json | null, again: boolean): JudgeState {
  if (!again || typeof former !== 'object' || former === null) return initialState;
  const counts = COUNTS.map((name) => [name, Reflect.get(former, name)] as const);
  const isSound = counts.every(([, count]) => Number.isFinite(count) && count >= 0);
  return isSound ? { ...initialState, ...Object.fromEntries(counts) } : initialState;
}
