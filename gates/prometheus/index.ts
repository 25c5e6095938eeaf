import type { GateSourceKind } from '../../src/contract/index.ts';
import { metricOf } from './metric.ts';
import type { PrometheusSettings } from './settings.ts';

export const prometheusSource: GateSourceKind<PrometheusSettings> = {
  name: 'prometheus',
  settings: async () => (await import('./settings.ts')).settings,
  named: {
    'success-rate': { measure: 'success-rate' },
    'error-rate': { measure: 'error-rate' },
    latency: { measure: 'latency' },
    throughput: { measure: 'throughput' },
    // Those of pods, whoever counts the requests.
    restarts: { measure: 'restarts', of: null },
    cpu: { measure: 'cpu', of: null },
    memory: { measure: 'memory', of: null },
  },
  metric: metricOf,
  open: async (means) => (await import('./source.ts')).createPrometheusSource(means),
};
