import type { KayentaSpec } from '../../../src/contract/index.ts';

/** As a canary config that says nothing has it. */
export const usualKayenta: KayentaSpec = {
  direction: 'either',
  critical: false,
  mustHaveData: false,
  nan: 'remove',
  outliers: null,
  effect: {
    measure: 'meanRatio',
    allowedIncrease: 1,
    allowedDecrease: 1,
    criticalIncrease: 1,
    criticalDecrease: 1,
  },
  groups: ['all'],
  weights: {},
  pass: 95,
  marginal: 75,
};
