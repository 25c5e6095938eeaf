import type { Measurement, Metric } from '../../src/contract/index.ts';
import { alertMetric } from '../kit/alerts.ts';
import { numberMetric } from '../kit/numbers/source.ts';
import { questionOf } from './queries.ts';
import { writtenOut } from './ready-made.ts';
import type { PrometheusSettings } from './settings.ts';

/** Counts are a ratio of bad ones. */
export function unitOf(settings: PrometheusSettings): Measurement['unit'] {
  return writtenOut(settings).unit ?? 'ratio';
}

export function metricOf(settings: PrometheusSettings): Metric {
  const { alerts, delay, where } = settings;
  if (alerts !== undefined) return alertMetric(Object.values(where));
  return numberMetric(questionOf(settings, false), writtenOut(settings), { delay });
}
