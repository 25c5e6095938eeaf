import type { GateSpec, Measurement, Reading, Unit, Verdict } from '../../contract/index.ts';
import { type Bounds, sharesBetween } from '../../engine/index.ts';

/** What one gate has read, in the order of time. */
export interface GateSeries {
  readonly gate: string;
  readonly spec: GateSpec;
  readonly points: readonly SeriesPoint[];
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  readonly reason: string;
}

export interface SeriesPoint {
  /** Wall clock ms, of the end of the window or of the answer. */
  readonly at: number;
  readonly measurement: Measurement;
  readonly verdict: Verdict;
  readonly reason: string;
}

export function unitOfSeries({ points }: GateSeries): Unit {
  return points.find(({ measurement }) => measurement.kind === 'ok')?.measurement.unit ?? 'count';
}

/** Between which values the true one lies, where it is a share of things that were counted. */
export function boundsOf(reading: Reading | null, unit: Unit): Bounds | null {
  if (!reading || unit !== 'ratio' || reading.bad === undefined || !reading.total) return null;
  const { low, high } = sharesBetween(reading.bad, reading.total);
  const isShareOfBad = Math.abs(reading.value * reading.total - reading.bad) < 1;
  return isShareOfBad ? { low, high } : { low: 1 - high, high: 1 - low };
}

/** Where it says no for the first time. */
export function firstFail({ points }: GateSeries): SeriesPoint | null {
  return points.find(({ verdict }) => verdict === 'fail') ?? null;
}
