import type { GateSourceKind, Metric } from '../../src/contract/index.ts';
import type { EdgeSettings } from './settings.ts';

const METRICS: Readonly<Record<EdgeSettings['metric'], Metric>> = {
  errorRate: { words: 'an error rate', unit: 'ratio', minSamples: 20 },
  successRate: { words: 'a success rate', unit: 'ratio', minSamples: 20 },
  latency: { words: 'a latency', unit: 'ms', minSamples: 20 },
  requests: { words: 'a number of requests', unit: 'count' },
  throughput: { words: 'a number of requests per second', unit: 'perSecond' },
};

export const edgeSource: GateSourceKind<EdgeSettings> = {
  name: 'edge',
  settings: async () => (await import('./settings.ts')).settings,
  named: {
    'success-rate': { metric: 'successRate' },
    'error-rate': { metric: 'errorRate' },
    latency: { latency: 'p95' },
    throughput: { metric: 'throughput' },
  },
  metric: ({ metric }) => ({ ...METRICS[metric], windowed: true }),
  open: async (means) => (await import('./source.ts')).createEdgeSource(means),
};
