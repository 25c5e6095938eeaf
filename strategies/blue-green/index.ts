import type { BlueGreenSettings, Strategy } from '../../src/contract/index.ts';
import { blueGreen } from './plan.ts';

export const blueGreenStrategy: Strategy<BlueGreenSettings> = {
  ...blueGreen,
  settings: async () => (await import('./settings.ts')).settings,
};
