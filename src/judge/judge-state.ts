import type { MeasurementKind, Verdict } from '../contract/index.ts';

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
