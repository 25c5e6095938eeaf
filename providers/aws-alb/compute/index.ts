import type { OpenMeans } from '../../../src/contract/index.ts';
import type { Connection } from '../connection.ts';
import { asgCompute } from './asg/index.ts';
import { programCompute } from './command.ts';
import type { Compute } from './compute.ts';
import { ecsCompute } from './ecs/index.ts';
import { lambdaCompute } from './lambda/index.ts';
import { givenTargets } from './targets.ts';

/** This machine's name for the credentials, where it has one. */
export const profileIn = ({ profile }: OpenMeans['via']) =>
  typeof profile === 'string' ? profile : undefined;

/** What brings releases up at this place. */
export function computeAt(at: Connection, { env, via }: OpenMeans): Compute {
  const { compute } = at;
  switch (compute?.kind) {
    case 'command':
      return programCompute({ folder: compute.folder, env });
    case 'ecs':
      return ecsCompute({ at: compute, groups: at, env, profile: profileIn(via) });
    case 'asg':
      return asgCompute({ at: compute, groups: at, env, profile: profileIn(via) });
    case 'lambda':
      return lambdaCompute({ at: compute, env, profile: profileIn(via) });
    default:
      return givenTargets;
  }
}
