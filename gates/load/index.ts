import type { GateSourceKind } from '../../src/contract/index.ts';
import type { LoadSettings } from './settings.ts';

export const loadSource: GateSourceKind<LoadSettings> = {
  name: 'load',
  settings: async () => (await import('./settings.ts')).settings,
  // A load that is only there to make traffic fails nothing.
  metric: () => ({ unit: 'ratio', windowed: true, minSamples: 20, max: 1 }),
  open: async (means) => (await import('./source.ts')).createLoadSource(means),
};
