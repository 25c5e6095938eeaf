import type { GateSourceKind } from '../../src/contract/index.ts';
import { numberMetric, plainQuestion } from '../kit/numbers/source.ts';
import type { DynatraceSettings } from './settings.ts';

export const dynatraceSource: GateSourceKind<DynatraceSettings> = {
  name: 'dynatrace',
  settings: async () => (await import('./settings.ts')).settings,
  metric: (settings) =>
    numberMetric(plainQuestion(settings), settings, { delay: settings.delay, align: 60_000 }),
  open: async (means) => (await import('./source.ts')).createDynatraceSource(means),
};
