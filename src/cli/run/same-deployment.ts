import { DeployError } from '../../contract/index.ts';
import type { DeploymentState, Newest } from '../../engine/index.ts';

/** The newest deployment, provided that it is the one that was named: an old id never acts on another. */
export function sameDeployment(newest: Newest, meant: DeploymentState): Newest {
  const { state } = newest;
  if (!state || state.id === meant.id) return newest;
  const isOpen = state.ended === null;
  throw new DeployError('policy', {
    message: `${meant.id} has ended (${meant.ended?.result ?? 'unfinished'}), and ${state.id} came after it.`,
    state: 'Nothing was touched.',
    next: ['deployctl history', isOpen ? `deployctl resume ${state.id}` : 'deployctl status'],
  });
}
