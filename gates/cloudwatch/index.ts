import type { GateSourceKind } from '../../src/contract/index.ts';
import { alertMetric } from '../kit/alerts.ts';
import { numberMetric } from '../kit/numbers/source.ts';
import { cloudwatchQuestion } from './question.ts';
import type { CloudwatchSettings } from './settings.ts';

export const cloudwatchSource: GateSourceKind<CloudwatchSettings> = {
  name: 'cloudwatch',
  settings: async () => (await import('./settings.ts')).settings,
  metric: (settings) => {
    if (settings.alarms !== undefined) return alertMetric(settings.alarms);
    const { question, unit } = cloudwatchQuestion(settings);
    const { delay, period } = settings;
    return numberMetric(question, { unit }, { delay, align: period });
  },
  open: async (means) => (await import('./source.ts')).createCloudwatchSource(means),
};
