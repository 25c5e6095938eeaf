import type { RollingSettings, Strategy } from '../../src/contract/index.ts';
import { rollingGateUse } from './gate-use.ts';
import { rolling } from './plan.ts';

export const rollingStrategy: Strategy<RollingSettings> = {
  ...rolling,
  gateUse: rollingGateUse,
  settings: async () => (await import('./settings.ts')).settings,
};
