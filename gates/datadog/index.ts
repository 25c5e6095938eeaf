import type { GateSourceKind } from '../../src/contract/index.ts';
import { numberMetric, plainQuestion } from '../kit/numbers/source.ts';
import type { DatadogSettings } from './settings.ts';

export const datadogSource: GateSourceKind<DatadogSettings> = {
  name: 'datadog',
  settings: async () => (await import('./settings.ts')).settings,
  metric: (settings) => numberMetric(plainQuestion(settings), settings, { delay: settings.delay }),
  open: async (means) => (await import('./source.ts')).createDatadogSource(means),
};
