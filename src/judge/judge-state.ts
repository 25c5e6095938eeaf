import type { Json, Judgement, MeasurementKind, Unit, Verdict } from '../contract/index.ts';
import { noSpread, type Spread, spreadOfJournal } from './dispersion.ts';
import { type Evidence, noEvidence } from './evidence.ts';
import type { BothSeries } from './kayenta/classify.ts';
import { noSeries } from './kayenta/gate.ts';
import { noPoints, type Points } from './mann-whitney.ts';
import { noTally, type Tally } from './tally.ts';

/** What the judge remembers of a gate. Plain JSON. */
export interface JudgeState {
  /** Samples of the candidate in all readings that could be judged. */
  readonly samples: number;
  /** Breaching readings since the last good one, how many ms they span, and when the last one was. */
  readonly breaches: number;
  readonly breachedFor: number;
  readonly breachedAt: number;
  /** Breaching readings, in a row or not. */
  readonly failures: number;
  /** The last reading that could be judged was not good. */
  readonly suspect: boolean;
  readonly wrongVersions: number;
  readonly errors: number;
  /** Readings without a verdict in a row, and whether that were too many. */
  readonly inconclusives: number;
  /** Counts of all readings, breaching ones too: what none proves by itself, together they may. */
  readonly bad: number;
  readonly total: number;
  readonly stableBad: number;
  readonly stableTotal: number;
  /** Counts of stable from before this gate watched: what is compared with where stable has no traffic beside the candidate. */
  readonly past: Tally;
  /** Bad ones of the candidate beyond what stable had for as many requests. */
  readonly excess: number;
  readonly windows: number;
  /** How unevenly bad ones come, of stable where it is seen. */
  readonly spread: Spread;
  /** Against a candidate that is as good as stable; and against one that keeps its limit. */
  readonly compared: Evidence;
  readonly limited: Evidence;
  /** Against one that is as the last releases were; and its last values where nothing is counted. */
  readonly unusual: Evidence;
  readonly recent: readonly number[];
  /** Values of what is not counted, window by window. */
  readonly points: Points;
  /** The same for a gate that is judged as Kayenta does: all of them, up to a bound. */
  readonly series: BothSeries;
  readonly last: LastReading | null;
}

/** Of stable, beside the candidate if it ever was, else as it was before. */
export const stableCounts = ({ stableBad, stableTotal, past }: JudgeState): Tally =>
  stableTotal > 0 ? { bad: stableBad, total: stableTotal } : past;

interface LastReading {
  readonly kind: MeasurementKind;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly unit: Unit;
}

export const initialState: JudgeState = {
  samples: 0,
  breaches: 0,
  breachedFor: 0,
  breachedAt: 0,
  failures: 0,
  suspect: false,
  wrongVersions: 0,
  errors: 0,
  inconclusives: 0,
  bad: 0,
  total: 0,
  stableBad: 0,
  stableTotal: 0,
  past: noTally,
  excess: 0,
  windows: 0,
  spread: noSpread,
  compared: noEvidence,
  limited: noEvidence,
  unusual: noEvidence,
  recent: [],
  points: noPoints,
  series: noSeries,
  last: null,
};

/** Worth writing down: what only several readings together prove. */
const PROOFS = [
  'breaches',
  'wrongVersions',
  'windows',
  'failures',
  'stableTotal',
  'points',
  'series',
  'recent',
] as const;

/** What outlives the process, in short: all that is not as it was in the beginning. */
export function evidenceOf({ last, ...state }: JudgeState): Pick<Judgement, 'state'> {
  const changed = Object.entries(state).filter(([name, value]) => isChanged(name, value));
  const isProof = changed.some(([name]) => PROOFS.some((proof) => proof === name));
  return isProof ? { state: Object.fromEntries(changed) as Json } : {};
}

function isChanged(name: string, value: unknown): boolean {
  const initial: unknown = Reflect.get(initialState, name);
  // Most are the very same: only others are worth their JSON.
  return !Object.is(value, initial) && JSON.stringify(value) !== JSON.stringify(initial);
}

/** Begins anew with each step: rows of readings, and what a pass needs of its own. */
const OF_A_STEP = ['samples', 'breaches', 'breachedFor', 'breachedAt', 'suspect', 'bad', 'total'];
const OF_A_ROW = ['wrongVersions', 'errors', 'inconclusives'];

/**
 * A step that goes on after a resume goes on with all of it, so that the verdict falls at the same
 * window; a later step with the evidence. A verdict is never taken over.
 */
export function beginWith(former: Json | null, again: boolean): JudgeState {
  if (typeof former !== 'object' || former === null) return initialState;
  const anew = again ? [] : [...OF_A_STEP, ...OF_A_ROW];
  const known = 'spread' in former ? { ...former, spread: spreadOfJournal(former.spread) } : former;
  const kept = Object.entries(known).filter(
    ([name, value]) => !anew.includes(name) && isLike(value, Reflect.get(initialState, name)),
  );
  return { ...initialState, ...Object.fromEntries(kept), last: null };
}

/** Whether a foreign value has the shape of ours; a log may be older, or mended by hand. */
function isLike(value: unknown, ours: unknown): boolean {
  if (Array.isArray(ours)) return Array.isArray(value) && value.every(Number.isFinite);
  if (typeof ours === 'number') return Number.isFinite(value);
  if (typeof ours !== 'object' || ours === null) return typeof value === typeof ours;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(ours).every(([name, one]) => isLike(Reflect.get(value, name), one));
}
