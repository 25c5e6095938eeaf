import type { GateSourceKind } from '../../src/contract/index.ts';
import { numberMetric } from '../kit/numbers/source.ts';
import { isOfWindow, jsonQuestion } from './question.ts';
import type { JsonSettings } from './settings.ts';

export const jsonSource: GateSourceKind<JsonSettings> = {
  name: 'json',
  settings: async () => (await import('./settings.ts')).settings,
  metric: (settings) => {
    const { delay } = settings;
    const metric = numberMetric(jsonQuestion(settings), settings, { delay });
    return isOfWindow(settings) ? metric : { ...metric, windowed: false, delay: 0 };
  },
  open: async (means) => (await import('./source.ts')).createJsonSource(means),
};
