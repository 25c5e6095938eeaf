import type { GateSourceKind } from '../../src/contract/index.ts';
import type { LoadToolSettings } from './settings.ts';

export const loadToolSource: GateSourceKind<LoadToolSettings> = {
  name: 'loadtool',
  settings: async () => (await import('./settings.ts')).settings,
  metric: ({ measure, timeout }) => ({
    words: measure === 'errors' ? 'a share of failed requests' : 'a response time',
    unit: measure === 'errors' ? 'ratio' : 'ms',
    minSamples: 20,
    comparable: false,
    timeout,
  }),
  open: async (means) => (await import('./source.ts')).createLoadToolSource(means),
};
