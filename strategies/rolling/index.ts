import type { RollingSettings, Strategy } from '../../src/contract/index.ts';
import { gateUse } from './gate-use.ts';
import { rolling } from './plan.ts';

export const rollingStrategy: Strategy<RollingSettings> = {
  ...rolling,
  gateUse,
  settings: async () => (await import('./settings.ts')).settings,
};
