import type { CanarySettings, Strategy } from '../../src/contract/index.ts';
import { gateUse } from './gate-use.ts';
import { canary } from './plan.ts';

export const canaryStrategy: Strategy<CanarySettings> = {
  ...canary,
  gateUse,
  settings: async () => (await import('./settings.ts')).settings,
};
