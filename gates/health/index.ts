import type { GateSourceKind } from '../../src/contract/index.ts';

export const healthSource: GateSourceKind = {
  name: 'health',
  settings: async () => (await import('./settings.ts')).settings,
  metric: () => ({
    words: 'a number of crashes and unready units',
    unit: 'count',
    max: 0,
    comparable: false,
  }),
  open: async () => (await import('./source.ts')).createHealthSource(),
};
