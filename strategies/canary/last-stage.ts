import type { CanaryStage } from '../../src/contract/index.ts';

const LAST_STAGE: CanaryStage = {
  weight: 100,
  duration: 0,
  capacity: null,
  gates: [],
  approval: null,
  match: null,
  onFailure: null,
};

/** A canary ends with all of the traffic, whether its stages say so or not. */
export const withLastStage = <S extends Pick<CanaryStage, 'weight'>>(
  stages: readonly S[],
): readonly (S | CanaryStage)[] =>
  stages.at(-1)?.weight === 100 ? stages : [...stages, LAST_STAGE];
