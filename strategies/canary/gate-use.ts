import type { CanarySettings, GateUse } from '../../src/contract/index.ts';

/** The gates that single stages name, and how long each stage is held. */
export function gateUse({ stages, gates }: CanarySettings): GateUse {
  return {
    references: stages.flatMap((stage, index) =>
      stage.gates.map((gate, number) => ({ gate, at: ['stages', index, 'gates', number] })),
    ),
    stretches: stages.map((stage, index) => ({
      at: [['stages', index, 'duration'], ['duration']],
      duration: stage.duration,
      gates: [...gates, ...stage.gates],
    })),
  };
}
