import type { Starter } from '../../src/contract/index.ts';

/** No folder tells which listener serves a service; the account does. */
export const albStarter: Starter = {
  signs: () => [],
  running: async (means) => (await import('./adoption/index.ts')).runningBehind(means),
};
