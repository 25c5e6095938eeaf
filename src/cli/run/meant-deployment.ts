import { type DeploymentState, type Newest, readNewest, type World } from '../../engine/index.ts';
import type { Input } from '../shell/command.ts';
import { openRecorded } from '../target/place.ts';
import { meantDeployment, openScope } from '../target/scope.ts';
import { notTheNewest } from './errors.ts';
import { whileRunning } from './open-run.ts';

/** Acts on the deployment that is meant, at the place that its record names. */
export async function onMeantDeployment<T>(
  input: Input,
  act: (world: World, newest: Newest) => Promise<T>,
): Promise<T> {
  const composition = await input.compose();
  const scope = await openScope(input, composition);
  const { workspace, store } = scope;
  const meant = await meantDeployment(input, composition, scope);
  const place = await openRecorded(input, composition, { workspace, plan: meant.plan });
  return whileRunning(input, { composition, place, store }, async (world) => {
    return act(world, sameDeployment(await readNewest(world, place.target.id), meant));
  });
}

/** The newest deployment, provided that it is the one that was named: an old id never acts on another. */
function sameDeployment(newest: Newest, meant: DeploymentState): Newest {
  const { state } = newest;
  if (!state || state.id === meant.id) return newest;
  throw notTheNewest(meant, state);
}
