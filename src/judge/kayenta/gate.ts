import type { JudgeSpec, Measurement, Reading, Unit } from '../../contract/index.ts';
import { written } from '../figures.ts';
import type { Finding } from '../finding.ts';
import { type BothSeries, type Classification, classify } from './classify.ts';

/** Points a side that are kept: a longer watch forgets the oldest. */
const POINTS_MAX = 240;

/** Shares are compared in percent: of the root finder’s tolerance nothing is left to be seen there. */
const percentScale = (unit: Unit) => (unit === 'ratio' ? 100 : 1);

export const noSeries: BothSeries = { candidate: [], stable: [] };

/** Adds a window of either side. One without a value is none, or 0 where the gate says so. */
export function addWindow(
  before: BothSeries,
  { kayenta }: JudgeSpec,
  { kind, unit, candidate, stable }: Measurement,
): BothSeries {
  const isSilent = kind === 'noData' || kind === 'notFinite';
  if (!kayenta || !(kind === 'ok' || isSilent)) return before;
  const point = (reading: Reading | null) => {
    if (reading && Number.isFinite(reading.value)) return [reading.value * percentScale(unit)];
    return kayenta.nan === 'replace' ? [0] : [];
  };
  const longer = (points: readonly number[], reading: Reading | null) =>
    [...points, ...point(reading)].slice(-POINTS_MAX);
  return {
    candidate: longer(before.candidate, candidate),
    stable: longer(before.stable, stable),
  };
}

/** What Kayenta would call it so far: no more than a suspicion before the score at the end. */
export function calledByKayenta(spec: JudgeSpec, series: BothSeries, unit: Unit): Finding[] {
  if (!spec.kayenta) return [];
  const found = classify(spec.kayenta, series);
  const is = found.is === 'pass' ? 'good' : 'unsure';
  const reason = classWords(found, series, unit);
  return [{ is, weak: false, hard: false, limit: null, reason }];
}

const CALLED: Readonly<Record<Classification['is'], string>> = {
  pass: 'Pass',
  high: 'High',
  low: 'Low',
  nodata: 'Nodata',
  missing: 'NodataFailMetric',
  error: 'Error',
};

export function classWords({ is, critical, shift }: Classification, of: BothSeries, unit: Unit) {
  const name = `Kayenta: ${CALLED[is]}${critical ? ' (critical)' : ''}`;
  const own = of.candidate.length;
  const points = `${own} ${own === 1 ? 'point' : 'points'}, ${of.stable.length} of stable`;
  if (!shift) return `${name}, ${points}`;
  const [estimate, lower, upper] = [shift.estimate, shift.lower, shift.upper].map((value) =>
    written(value / percentScale(unit), unit),
  );
  return `${name}, shifted by ${estimate} (98 % sure: ${lower} to ${upper}); ${points}`;
}
