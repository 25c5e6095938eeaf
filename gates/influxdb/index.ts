import type { GateSourceKind } from '../../src/contract/index.ts';
import { numberMetric, plainQuestion } from '../kit/numbers/source.ts';
import type { InfluxdbSettings } from './settings.ts';

export const influxdbSource: GateSourceKind<InfluxdbSettings> = {
  name: 'influxdb',
  settings: async () => (await import('./settings.ts')).settings,
  metric: (settings) => numberMetric(plainQuestion(settings), settings, { delay: settings.delay }),
  open: async (means) => (await import('./source.ts')).createInfluxdbSource(means),
};
