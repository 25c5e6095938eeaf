import type { GateSourceKind } from '../../src/contract/index.ts';
import { alertMetric } from '../kit/alerts.ts';
import type { AlertmanagerSettings } from './settings.ts';

export const alertmanagerSource: GateSourceKind<AlertmanagerSettings> = {
  name: 'alertmanager',
  settings: async () => (await import('./settings.ts')).settings,
  metric: ({ where }) => alertMetric(Object.values(where)),
  open: async (means) => (await import('./source.ts')).createAlertmanagerSource(means),
};
