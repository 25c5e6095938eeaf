import type { GateUse, RollingSettings } from '../../src/contract/index.ts';

/** The pauses between batches; the platform makes none of its own. */
export function rollingGateUse({ pause, gates, native }: RollingSettings): GateUse {
  if (native) return { references: [], stretches: [] };
  return { references: [], stretches: [{ at: [['pause']], duration: pause, gates }] };
}
