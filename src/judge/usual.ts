import type { Unit, Usual } from '../contract/index.ts';
import { FEWEST, medianOf } from './mann-whitney.ts';

/** What one release had that went well, reading by reading. */
export type PastReadings = readonly PastReading[];

export interface PastReading {
  /** Wall clock ms. */
  readonly at: number;
  readonly value: number;
  readonly bad?: number;
  readonly total?: number;
}

/** Fewer releases tell nothing of how one differs from the next; the newest of more are enough. */
export const USUAL_LEAST = 5;
export const USUAL_MOST = 20;

/** Requests of a release, below which its share of bad ones is mostly chance. */
const COUNTED_LEAST = 100;

/** Student's t for one side in two hundred, by degrees of freedom from 4 on. */
const T = [
  4.604, 4.032, 3.707, 3.499, 3.355, 3.25, 3.169, 3.106, 3.055, 3.012, 2.977, 2.947, 2.921, 2.898,
  2.878, 2.861,
];

const HOUR = 3_600_000;
const [DAY, WEEK] = [24, 168];

/** Readings of which times are looked at, the most alike first. */
const TIMES: readonly { readonly of: Usual['of']; readonly hours: number | null }[] = [
  { of: 'this hour of the week', hours: WEEK },
  { of: 'this hour of the day', hours: DAY },
  { of: 'any time', hours: null },
];

/**
 * What the service's own last releases had, and how high the next one gets once in two hundred
 * times, if it is one of them: a prediction from how they differ among themselves. Null for too few.
 */
export function usualOf(
  releases: readonly PastReadings[],
  { unit, now }: { readonly unit: Unit; readonly now: number },
): Usual | null {
  const scale = SCALES[unit];
  if (!scale) return null;
  for (const { of, hours } of TIMES) {
    const levels = releases
      .map((readings) => levelOf(near(readings, hours, now)))
      .filter((level) => level !== null)
      .slice(0, USUAL_MOST);
    if (levels.length >= USUAL_LEAST) return { ...predicted(levels, scale), of };
  }
  return null;
}

function near(readings: PastReadings, hours: number | null, now: number): PastReadings {
  if (hours === null) return readings;
  const hour = (at: number) => Math.floor(at / HOUR);
  return readings.filter(({ at }) => {
    const apart = Math.abs(hour(at) - hour(now)) % hours;
    return Math.min(apart, hours - apart) <= 1;
  });
}

/**
 * One number for a release: its share of bad ones, or the worst that the middle of its last readings
 * ever was, because that is what a new one is judged by at every reading.
 */
function levelOf(readings: PastReadings): number | null {
  const counted = readings.filter(({ total = 0 }) => total > 0);
  if (counted.length > 0) {
    const total = counted.reduce((sum, reading) => sum + (reading.total ?? 0), 0);
    const bad = counted.reduce((sum, reading) => sum + (reading.bad ?? 0), 0);
    return total < COUNTED_LEAST ? null : (bad + 0.5) / (total + 1);
  }
  const middles = readings.flatMap((_, end) =>
    end + 1 < FEWEST ? [] : [middleOf(readings.slice(0, end + 1).map(({ value }) => value))],
  );
  return middles.length === 0 ? null : Math.max(...middles);
}

/** Of the last readings; they hang together, and one alone is an accident. */
export const middleOf = (values: readonly number[]) => medianOf(values.slice(-FEWEST));

/** Where differences are alike, however large the values are. */
interface UsualScale {
  to(value: number): number;
  from(scaled: number): number;
}

const LEAST_SHARE = 1e-6;
const boundedShare = (value: number) => Math.min(1 - LEAST_SHARE, Math.max(LEAST_SHARE, value));
const odds: UsualScale = {
  to: (value) => Math.log(boundedShare(value) / (1 - boundedShare(value))),
  from: (scaled) => 1 / (1 + Math.exp(-scaled)),
};
const log: UsualScale = { to: Math.log1p, from: Math.expm1 };

/** How many requests come in a second follows the share of the traffic, and a yes is no amount. */
const SCALES: Readonly<Record<Unit, UsualScale | null>> = {
  ratio: odds,
  ms: log,
  count: log,
  perSecond: null,
  yesNo: null,
};

function predicted(levels: readonly number[], { to, from }: UsualScale): Omit<Usual, 'of'> {
  const scaled = levels.map(to);
  const k = scaled.length;
  const mean = scaled.reduce((sum, one) => sum + one, 0) / k;
  const variance = scaled.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (k - 1);
  const reach = (T[k - USUAL_LEAST] ?? 0) * Math.sqrt(variance * (1 + 1 / k));
  return { value: from(mean), limit: from(mean + reach), releases: k };
}

/** What is tolerated besides is never less than what a gate tolerates against stable. */
export function withTolerance(
  usual: Usual,
  { ratio, difference, floor }: { ratio: number; difference: number; floor: number },
): Usual {
  const { value, limit } = usual;
  return { ...usual, limit: Math.max(limit, value * ratio, value + difference, floor) };
}
