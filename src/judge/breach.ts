import type { JudgeSpec, Measurement, Reading } from '../contract/index.ts';
import { binomialTail } from './binomial.ts';
import { counted, written } from './figures.ts';

/** What one reading says about the limits. `unsure`: over a limit, but not by more than chance gives. */
export interface Finding {
  readonly is: 'breach' | 'unsure' | 'good';
  /** A breach that by itself may still be chance once in many looks: it needs a second one. */
  readonly weak: boolean;
  /** A hard limit needs no minimum of samples; a comparison does. */
  readonly hard: boolean;
  readonly limit: number | null;
  readonly reason: string;
}

/** A breach that chance gives more often than this is none. */
const CHANCE = 0.05;

/** One that chance gives less often than this is beyond doubt, however often one looks. */
const DOUBT = 0.001;

/** The worst of what the limits have to say. */
export function find(spec: JudgeSpec, measurement: Measurement, candidate: Reading): Finding {
  const found = [
    ...aboveMax(spec.max, measurement, candidate),
    ...belowMin(spec.min, measurement, candidate),
    ...comparedWithStable(spec.compare, measurement, candidate),
    ...withoutLimits(spec, measurement, candidate),
  ];
  return (
    found.find(({ is }) => is === 'breach') ??
    found.find(({ is }) => is === 'unsure') ??
    (found[0] as Finding)
  );
}

/** Whether so many bad of so many are more than chance makes of this limit. */
export function proven(bad: number, total: number, limit: number): boolean {
  return binomialTail(bad, total, limit) < CHANCE;
}

function aboveMax(max: number | null, { unit, detail }: Measurement, reading: Reading): Finding[] {
  if (max === null) return [];
  const limit = `limit ${written(max, unit)}`;
  const total = unit === 'ratio' ? reading.total : undefined;
  const over = reading.value > max;
  const chance = total === undefined ? 0 : binomialTail(reading.value * total, total, max);
  return [
    finding({ over, chance, hard: true, limit: max, reason: told(reading, unit, limit, detail) }),
  ];
}

function belowMin(min: number | null, { unit, detail }: Measurement, reading: Reading): Finding[] {
  if (min === null) return [];
  const limit = unit === 'yesNo' ? '' : `at least ${written(min, unit)}`;
  const total = unit === 'ratio' ? reading.total : undefined;
  const over = reading.value < min;
  const chance =
    total === undefined ? 0 : binomialTail((1 - reading.value) * total, total, 1 - min);
  return [
    finding({ over, chance, hard: true, limit: min, reason: told(reading, unit, limit, detail) }),
  ];
}

function comparedWithStable(
  compare: Comparison | null,
  { stable, unit, detail }: Measurement,
  candidate: Reading,
): Finding[] {
  if (!compare) return [];
  if (candidate.value < compare.floor) {
    const reason = told(
      candidate,
      unit,
      `nothing below ${written(compare.floor, unit)} counts`,
      detail,
    );
    return [{ is: 'good', weak: false, hard: false, limit: compare.floor, reason }];
  }
  if (!stable || !isSound(stable)) {
    const reason = told(candidate, unit, 'stable has no data to compare with', detail);
    return [{ is: 'unsure', weak: false, hard: false, limit: null, reason }];
  }
  const limit = limitAgainst(compare, stable.value);
  const over = isWorse(compare, stable, candidate);
  const against = `against ${counted(stable, unit)} stable, limit ${written(limit, unit)}`;
  const chance = unit === 'ratio' ? chanceAgainst(stable, candidate, compare.ratio) : 0;
  return [
    finding({ over, chance, hard: false, limit, reason: told(candidate, unit, against, detail) }),
  ];
}

type Comparison = NonNullable<JudgeSpec['compare']>;

export function limitAgainst({ ratio, difference, floor }: Comparison, stable: number): number {
  return Math.max(stable * ratio, stable + difference, floor);
}

function isWorse({ ratio, difference }: Comparison, stable: Reading, candidate: Reading): boolean {
  return candidate.value > stable.value * ratio && candidate.value > stable.value + difference;
}

/** Whether the candidate's counts are worse than stable's by more than chance makes of it. */
export function provenWorse(compare: Comparison, stable: Reading, candidate: Reading): boolean {
  return (
    isWorse(compare, stable, candidate) && chanceAgainst(stable, candidate, compare.ratio) < CHANCE
  );
}

/**
 * Of all bad requests of both tracks, the candidate's share is binomial when it fails at most `ratio`
 * times as often. So a handful of stable requests without an error proves nothing.
 */
function chanceAgainst(stable: Reading, candidate: Reading, ratio: number): number {
  const [n, m] = [candidate.total, stable.total];
  if (n === undefined || m === undefined) return 0;
  const bad = Math.round(candidate.value * n);
  return binomialTail(bad, bad + Math.round(stable.value * m), (ratio * n) / (ratio * n + m));
}

/** A yes/no and a count of troubles are understood without a limit; anything else passes nothing. */
function withoutLimits(
  spec: JudgeSpec,
  { unit, detail }: Measurement,
  reading: Reading,
): Finding[] {
  const limited = spec.max !== null || spec.min !== null || spec.compare !== null;
  if (unit === 'yesNo' || (!limited && unit === 'count' && reading.bad !== undefined)) {
    const over = (reading.bad ?? 0) > 0 || (unit === 'yesNo' && reading.value < 1);
    return [
      finding({
        over,
        chance: 0,
        hard: true,
        limit: null,
        reason: told(reading, unit, '', detail),
      }),
    ];
  }
  if (limited) return [];
  const reason = told(reading, unit, 'no limit to judge it by', detail);
  return [{ is: 'unsure', weak: false, hard: false, limit: null, reason }];
}

function finding(of: Omit<Finding, 'is' | 'weak'> & { over: boolean; chance: number }): Finding {
  const { over, chance, hard, limit, reason } = of;
  if (!over) return { is: 'good', weak: false, hard, limit, reason };
  if (chance < CHANCE) return { is: 'breach', weak: chance >= DOUBT, hard, limit, reason };
  return { is: 'unsure', weak: false, hard, limit, reason: `${reason}: no more than chance gives` };
}

function told(reading: Reading, unit: Measurement['unit'], limit: string, detail: string): string {
  const figure = unit === 'yesNo' && detail ? detail : counted(reading, unit);
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
