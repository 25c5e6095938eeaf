import type { GateSourceKind } from '../../src/contract/index.ts';
import { numberMetric, plainQuestion } from '../kit/numbers/source.ts';
import type { NewrelicSettings } from './settings.ts';

export const newrelicSource: GateSourceKind<NewrelicSettings> = {
  name: 'newrelic',
  settings: async () => (await import('./settings.ts')).settings,
  metric: (settings) => numberMetric(plainQuestion(settings), settings, { delay: settings.delay }),
  open: async (means) => (await import('./source.ts')).createNewrelicSource(means),
};
