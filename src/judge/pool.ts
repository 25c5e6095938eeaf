import type { JudgeSpec, Measurement, Reading, Usual } from '../contract/index.ts';
import { isSound } from './breach.ts';
import { anotherTrack, dispersionOf, type Spread, widen } from './dispersion.ts';
import { add, type Evidence, weightAgainst, weightOver } from './evidence.ts';
import { intervalOf } from './interval.ts';
import { type JudgeState, stableCounts } from './judge-state.ts';
import { addWindow } from './kayenta/gate.ts';
import { addPoints, FEWEST } from './mann-whitney.ts';
import { noTally, type Tally } from './tally.ts';

/**
 * Adds a window to what is remembered, once. Breaching ones count as well: a release that fails by
 * fits and starts never breaches twice in a row.
 */
export function pool(former: JudgeState, spec: JudgeSpec, measurement: Measurement): JudgeState {
  const { unit, candidate, stable } = measurement;
  const lined = spec.kayenta ? lineUp(former, spec, measurement) : former;
  const before = spec.usual ? remembering(lined, measurement) : lined;
  const compared = stable && isSound(stable) ? stable : null;
  if (unit !== 'ratio') return spec.compare ? gauged(before, candidate, compared) : before;
  const own = countsOf(candidate);
  if (!candidate || !own || own.total === 0) return before;
  const other = countsOf(compared) ?? noTally;
  const { spread, dispersion } = unevennessOf(before, own, other);
  const window = { value: candidate.value, own, other, dispersion };
  return {
    ...before,
    spread,
    bad: before.bad + own.bad,
    total: before.total + own.total,
    stableBad: before.stableBad + other.bad,
    stableTotal: before.stableTotal + other.total,
    windows: before.windows + 1,
    excess: before.excess + excessOf(spec, own, other),
    compared: spec.compare ? compare(before, spec.compare, window) : before.compared,
    unusual: spec.usual ? unusual(before.unusual, spec.usual, window) : before.unusual,
    limited: limitOf(spec) === null ? before.limited : limit(before.limited, spec, window),
  };
}

/** What Kayenta's judge compares: also the windows in which one side has nothing. */
export function lineUp(before: JudgeState, spec: JudgeSpec, measurement: Measurement): JudgeState {
  return { ...before, series: addWindow(before.series, spec, measurement) };
}

/** How many bad ones stable has, and how unevenly they come, is known from before where a source remembers. */
export function learn(before: JudgeState, { unit, candidate }: Measurement): JudgeState {
  const counts = unit === 'ratio' && candidate && isSound(candidate) ? countsOf(candidate) : null;
  if (!counts) return before;
  const { bad, total } = before.past;
  return {
    ...before,
    past: { bad: bad + counts.bad, total: total + counts.total },
    spread: widen(before.spread, counts),
  };
}

interface WindowCounts {
  readonly value: number;
  readonly own: Tally;
  readonly other: Tally;
  readonly dispersion: number;
}

interface Unevenness {
  readonly spread: Spread;
  /** Of the bad ones of this very window. */
  readonly dispersion: number;
}

/** Of stable, which has the most to tell; of the candidate only where there never was one. */
function unevennessOf(state: JudgeState, own: Tally, other: Tally): Unevenness {
  const { spread, stableTotal, windows } = state;
  if (other.total > 0) {
    // What is known from before was told in another order, or is of the candidate.
    const before = stableTotal === 0 ? anotherTrack(spread) : spread;
    const after = widen(before, other, own);
    // A jump of both tracks is no burst of later windows. In its own, failures may still come in clumps.
    const here = dispersionOf(widen(before, other));
    return { spread: after, dispersion: Math.max(dispersionOf(after), here) };
  }
  if (stableTotal > 0) return { spread, dispersion: dispersionOf(spread) };
  const alone = widen(windows === 0 ? anotherTrack(spread) : spread, own);
  return { spread: alone, dispersion: dispersionOf(alone) };
}

/** One side in a hundred: what stable has shown before, at its worst. */
const DOUBTFUL = 2.326;

/** The share that a release without a stable one beside it is held against. */
export function pastShare({ bad, total }: Tally, ratio: number): number {
  return Math.min(0.999, intervalOf(bad, total, DOUBTFUL).high * ratio);
}

function compare(
  state: JudgeState,
  { ratio }: NonNullable<JudgeSpec['compare']>,
  { own, other, dispersion }: WindowCounts,
): Evidence {
  const { compared } = state;
  if (other.total > 0) {
    const table = { ...own, otherBad: other.bad, otherTotal: other.total };
    return add(compared, weightAgainst(table, ratio), dispersion);
  }
  // With all of the traffic there is nobody to compare with but stable as it was.
  const stable = stableCounts(state);
  if (stable.total === 0) return compared;
  return add(compared, weightOver(own.bad, own.total, pastShare(stable, ratio)), dispersion);
}

/** The share of bad ones that a limit allows; null where evidence has no say in it. */
export function limitOf({ max, min, consecutive, for: lasting }: JudgeSpec): number | null {
  if (consecutive > 1 || lasting > 0) return null;
  const share = max ?? (min === null ? null : 1 - min);
  return share !== null && share > 0 && share < 1 ? share : null;
}

function unusual(before: Evidence, { limit }: Usual, { own, dispersion }: WindowCounts): Evidence {
  return add(before, weightOver(own.bad, own.total, Math.min(0.999, limit)), dispersion);
}

/** The last values of what is not counted. */
function remembering(before: JudgeState, { unit, candidate }: Measurement): JudgeState {
  if (!candidate || (unit === 'ratio' && candidate.total !== undefined)) return before;
  return { ...before, recent: [...before.recent, candidate.value].slice(-FEWEST) };
}

function limit(before: Evidence, spec: JudgeSpec, window: WindowCounts): Evidence {
  const { value, own, dispersion } = window;
  const missed = spec.max === null ? 1 - value : value;
  const weight = weightOver(Math.round(missed * own.total), own.total, limitOf(spec) ?? 1);
  return add(before, weight, dispersion);
}

function excessOf({ budget }: JudgeSpec, own: Tally, other: Tally): number {
  if (!budget) return 0;
  const usual = other.total > 0 ? other.bad / other.total : 1 - budget.promise;
  return own.bad - own.total * usual;
}

function gauged(before: JudgeState, candidate: Reading | null, stable: Reading | null): JudgeState {
  if (!candidate || !stable) return before;
  return { ...before, points: addPoints(before.points, candidate.value, stable.value) };
}

/** Whole numbers: a server that extrapolates counts halves. */
function countsOf(reading: Reading | null): Tally | null {
  const { bad, total } = reading ?? {};
  if (bad === undefined || total === undefined) return null;
  const all = Math.round(total);
  return { bad: Math.min(all, Math.round(bad)), total: all };
}
