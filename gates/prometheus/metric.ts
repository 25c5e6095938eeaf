import type { Measurement, Metric } from '../../src/contract/index.ts';
import { namesIn } from './names.ts';
import { queriesOf } from './queries.ts';
import { writtenOut } from './ready-made.ts';
import type { PrometheusSettings } from './settings.ts';

/** Counts are a ratio of bad ones. */
export function unitOf(settings: PrometheusSettings): Measurement['unit'] {
  return writtenOut(settings).unit ?? 'ratio';
}

export function metricOf(settings: PrometheusSettings): Metric {
  const counts = writtenOut(settings).query === undefined;
  return {
    words: counts ? 'a share of requests' : 'a query',
    unit: unitOf(settings),
    windowed: true,
    delay: settings.delay,
    minSamples: counts ? 20 : 1,
    labels: namesIn(queriesOf(settings)),
  };
}
