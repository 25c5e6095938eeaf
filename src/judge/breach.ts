import type { JudgeSpec, Reading } from '../contract/index.ts';
import { binomialTail } from './binomial.ts';
import { compareCounts, compareGauge, condemns } from './comparison.ts';
import { dispersionOf } from './dispersion.ts';
import { counted, rounded, written } from './figures.ts';
import type { Finding, SoundMeasurement } from './finding.ts';
import type { JudgeState } from './judge-state.ts';
import { calledByKayenta } from './kayenta/gate.ts';
import { limitOf } from './pool.ts';
import { againstUsual } from './unusual.ts';

/** A breach that chance gives more often than this is none. */
const CHANCE = 0.05;

/** One that chance gives less often than this is beyond doubt, however often one looks. */
const DOUBT = 0.001;

/** The worst of what the limits have to say; `state` has this reading in it already. */
export function find(spec: JudgeSpec, state: JudgeState, measurement: SoundMeasurement): Finding {
  const found = [
    ...aboveMax(spec, state, measurement),
    ...belowMin(spec, state, measurement),
    ...comparedWithStable(spec, state, measurement),
    ...againstUsual(spec, state, measurement),
    ...calledByKayenta(spec, state.series, measurement.unit),
    ...overInAll(spec, state),
    ...overBudget(spec, state),
    ...withoutLimits(spec, measurement),
  ];
  return (
    found.find(({ is, final }) => is === 'breach' && final) ??
    found.find(({ is }) => is === 'breach') ??
    found.find(({ is }) => is === 'unsure') ??
    (found[0] as Finding)
  );
}

/** Whether so many bad of so many are more than chance makes of this limit. */
export function proven(bad: number, total: number, limit: number): boolean {
  return binomialTail(bad, total, limit) < CHANCE;
}

function aboveMax(
  { max, compare }: JudgeSpec,
  state: JudgeState,
  measurement: SoundMeasurement,
): Finding[] {
  const { unit, candidate: reading } = measurement;
  if (max === null) return [];
  const limit = `limit ${written(max, unit)}`;
  const total = unit === 'ratio' ? reading.total : undefined;
  const over = reading.value > max;
  const burst = compare ? burstsOf(state) : 1;
  const chance = total === undefined ? 0 : chanceOf(reading.value, total / burst, max);
  return [finding({ over, chance, hard: true, limit: max, reason: reasonFor(measurement, limit) })];
}

function belowMin(
  { min, compare }: JudgeSpec,
  state: JudgeState,
  measurement: SoundMeasurement,
): Finding[] {
  const { unit, candidate: reading } = measurement;
  if (min === null) return [];
  const limit = unit === 'yesNo' ? '' : `at least ${written(min, unit)}`;
  const total = unit === 'ratio' ? reading.total : undefined;
  const over = reading.value < min;
  const burst = compare ? burstsOf(state) : 1;
  const chance = total === undefined ? 0 : chanceOf(1 - reading.value, total / burst, 1 - min);
  return [finding({ over, chance, hard: true, limit: min, reason: reasonFor(measurement, limit) })];
}

/** So many windows of stable tell how its bad ones come. */
const KNOWN_WINDOWS = 10;

/** Requests that fail together are one fault, where stable is known to have such bursts, too. */
function burstsOf({ spread }: JudgeState): number {
  return spread.windows < KNOWN_WINDOWS ? 1 : dispersionOf(spread);
}

const chanceOf = (share: number, total: number, limit: number) =>
  binomialTail(Math.floor(share * total + 1e-9), Math.round(total), limit);

function comparedWithStable(
  spec: JudgeSpec,
  state: JudgeState,
  { candidate, stable, unit }: SoundMeasurement,
): Finding[] {
  const { compare } = spec;
  if (!compare || (spec.usual && !stable && state.stableTotal === 0)) return [];
  const compared = { candidate, stable: stable && isSound(stable) ? stable : null, unit };
  if (candidate.value < compare.floor && unit !== 'ratio') {
    const reason = `${counted(candidate, unit)}, nothing below ${written(compare.floor, unit)} counts`;
    return [{ is: 'good', weak: false, hard: false, limit: compare.floor, reason }];
  }
  const isCounted = unit === 'ratio' && candidate.total !== undefined;
  const against = isCounted ? compareCounts : compareGauge;
  return [against({ ...spec, compare }, state, compared)];
}

/** What small readings show only together: more than the limit allows, beyond doubt. */
function overInAll(spec: JudgeSpec, { limited }: JudgeState): Finding[] {
  const limit = limitOf(spec);
  const { bad, total, windows } = limited.since;
  if (limit === null || windows < 2 || bad / total <= limit || !condemns(limited, spec)) return [];
  const share = written(bad / total, 'ratio');
  const reason = `${share} (${bad} of ${total}) in ${windows} windows, limit ${written(limit, 'ratio')}`;
  return [{ is: 'breach', final: true, weak: false, hard: true, limit, reason }];
}

/** More errors than one deployment may spend fail it, whatever the statistics say. */
function overBudget({ budget }: JudgeSpec, { excess, ...seen }: JudgeState): Finding[] {
  if (!budget || seen.windows === 0) return [];
  const requests = (seen.total + seen.stableTotal) / (seen.windows * budget.interval);
  const allowed = budget.share * (1 - budget.promise) * requests * budget.period;
  const reason = `${Math.round(excess)} errors more than usual, of ${rounded(allowed)} that one deployment may spend`;
  if (excess <= allowed) return [];
  return [{ is: 'breach', final: true, weak: false, hard: true, limit: null, reason }];
}

/** A yes/no and a count of troubles are understood without a limit; anything else passes nothing. */
function withoutLimits(spec: JudgeSpec, measurement: SoundMeasurement): Finding[] {
  const { unit, candidate: reading } = measurement;
  const limited = spec.max !== null || spec.min !== null || !!spec.compare || !!spec.kayenta;
  if (unit === 'yesNo' || (!limited && unit === 'count' && reading.bad !== undefined)) {
    const over = (reading.bad ?? 0) > 0 || (unit === 'yesNo' && reading.value < 1);
    return [
      finding({
        over,
        chance: 0,
        hard: true,
        limit: null,
        reason: reasonFor(measurement, ''),
      }),
    ];
  }
  if (limited) return [];
  const reason = reasonFor(measurement, 'no limit to judge it by');
  return [{ is: 'unsure', weak: false, hard: false, limit: null, reason }];
}

function finding(of: Omit<Finding, 'is' | 'weak'> & { over: boolean; chance: number }): Finding {
  const { over, chance, hard, limit, reason } = of;
  if (!over) return { is: 'good', weak: false, hard, limit, reason };
  if (chance < CHANCE) return { is: 'breach', weak: chance >= DOUBT, hard, limit, reason };
  return {
    is: 'unsure',
    weak: false,
    hard,
    limit,
    reason: `${reason}: not statistically significant yet`,
  };
}

function reasonFor({ candidate, unit, detail }: SoundMeasurement, limit: string): string {
  const figure = unit === 'yesNo' && detail ? detail : counted(candidate, unit);
  const line = limit ? `${figure}, ${limit}` : figure;
  return unit === 'count' && detail ? `${line}: ${detail}` : line;
}

/** Numbers that can be judged at all. */
export function isSound({ value, samples, bad, total }: Reading): boolean {
  const numbers = [value, samples, bad ?? 0, total ?? 0];
  return (
    numbers.every((number) => Number.isFinite(number) && number >= 0) &&
    (bad ?? 0) <= (total ?? Infinity)
  );
}
