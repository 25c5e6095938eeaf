import type { GateSourceKind } from '../../src/contract/index.ts';
import { metricOf } from './metric.ts';
import type { PrometheusSettings } from './settings.ts';

export const prometheusSource: GateSourceKind<PrometheusSettings> = {
  name: 'prometheus',
  settings: async () => (await import('./settings.ts')).settings,
  metric: metricOf,
  open: async (means) => (await import('./source.ts')).createPrometheusSource(means),
};
