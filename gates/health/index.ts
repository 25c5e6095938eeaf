import type { GateSourceKind, Metric } from '../../src/contract/index.ts';
import type { HealthSettings } from './settings.ts';

const METRICS: Readonly<Record<HealthSettings['of'], Metric>> = {
  troubles: {
    words: 'a number of crashes and unready units',
    unit: 'count',
    max: 0,
    comparable: false,
  },
  ready: { words: 'the share of units that are ready', unit: 'ratio', comparable: false },
};

export const healthSource: GateSourceKind<HealthSettings> = {
  name: 'health',
  settings: async () => (await import('./settings.ts')).settings,
  named: { restarts: { of: 'troubles' }, ready: { of: 'ready' } },
  metric: ({ of }) => METRICS[of],
  open: async () => (await import('./source.ts')).createHealthSource(),
};
