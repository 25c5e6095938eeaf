import type { GateUse, RollingSettings } from '../../src/contract/index.ts';

/** The pauses between batches. */
export function rollingGateUse({ pause, gates }: RollingSettings): GateUse {
  return { references: [], stretches: [{ at: [['pause']], duration: pause, gates }] };
}
