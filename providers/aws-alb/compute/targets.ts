import type { Compute } from './compute.ts';
import { noTargets } from './errors.ts';
import { targetsIn, targetsSpec } from './spec.ts';

/** Machines that others start and stop: all there is to know of them is where they are. */
export const givenTargets: Compute = {
  cannot: {},
  idle: 'warm',
  start: async () => {},
  poll: async ({ release }) => ({ targets: targetsIn(release), failed: null, words: null }),
  list: async () => new Map(),
  stop: async () => {},
  describe: async ({ targets = [] }) => {
    if (targets.length > 0) return targetsSpec(targets);
    throw noTargets();
  },
};
