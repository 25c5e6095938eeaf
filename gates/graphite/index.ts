import type { GateSourceKind } from '../../src/contract/index.ts';
import { numberMetric, plainQuestion } from '../kit/numbers/source.ts';
import type { GraphiteSettings } from './settings.ts';

export const graphiteSource: GateSourceKind<GraphiteSettings> = {
  name: 'graphite',
  settings: async () => (await import('./settings.ts')).settings,
  metric: (settings) =>
    numberMetric(plainQuestion(settings), settings, {
      delay: settings.delay,
      align: settings.step,
    }),
  open: async (means) => (await import('./source.ts')).createGraphiteSource(means),
};
