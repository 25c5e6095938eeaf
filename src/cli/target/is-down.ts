import type { Observation } from '../../contract/index.ts';

/** Something should run here, and nothing does. */
export const isDown = ({ releases }: Observation) =>
  releases.some(({ desired }) => desired > 0) && releases.every(({ ready }) => ready === 0);
