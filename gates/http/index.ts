import type { GateSourceKind } from '../../src/contract/index.ts';
import type { HttpSettings } from './settings.ts';

export const httpSource: GateSourceKind<HttpSettings> = {
  name: 'http',
  settings: async () => (await import('./settings.ts')).settings,
  metric: () => ({ unit: 'yesNo' }),
  open: async (means) => (await import('./source.ts')).createHttpSource(means),
};
