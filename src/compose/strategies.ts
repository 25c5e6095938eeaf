import type { Strategy } from '../contract/index.ts';
import type { Catalogue } from './shelf.ts';

/** How a release can come to serve. */
export const STRATEGIES: Catalogue<Strategy<never>> = {
  canary: async () => (await import('../../strategies/canary/index.ts')).canaryStrategy,
  'blue-green': async () =>
    (await import('../../strategies/blue-green/index.ts')).blueGreenStrategy,
  rolling: async () => (await import('../../strategies/rolling/index.ts')).rollingStrategy,
};
