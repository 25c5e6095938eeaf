import type { DeploymentState, Newest } from '../../engine/index.ts';
import { notTheNewest } from './errors.ts';

/** The newest deployment, provided that it is the one that was named: an old id never acts on another. */
export function sameDeployment(newest: Newest, meant: DeploymentState): Newest {
  const { state } = newest;
  if (!state || state.id === meant.id) return newest;
  throw notTheNewest(meant, state);
}
