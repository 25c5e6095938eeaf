import type { OpenMeans } from '../../../src/contract/index.ts';
import type { Connection } from '../connection.ts';
import { programCompute } from './command.ts';
import type { Compute } from './compute.ts';
import { givenTargets } from './targets.ts';

/** What brings releases up at this place. */
export function computeAt({ compute }: Connection, { env }: OpenMeans): Compute {
  switch (compute?.kind) {
    case 'command':
      return programCompute({ folder: compute.folder, env });
    default:
      return givenTargets;
  }
}
