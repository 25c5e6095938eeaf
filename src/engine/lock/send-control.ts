import type { Control } from '../../contract/index.ts';
import { keys } from '../journal/keys.ts';
import type { DeploymentState } from '../journal/state.ts';
import { sturdy } from '../world/patient-store.ts';
import type { World } from '../world/world.ts';
import { controlText } from './control.ts';

export type ControlWish = Pick<Control, 'kind' | 'reason' | 'actor' | 'token'>;

/** Puts a command where the holder looks for it. */
export async function sendControl(
  world: World,
  state: DeploymentState,
  wish: ControlWish,
): Promise<void> {
  const control: Control = {
    ...wish,
    deployment: state.id,
    at: world.clock.wall(),
    planHash: state.plan.hash,
    nonce: world.random.name(12),
  };
  for (let seq = state.controlSeq + 1; ; seq++) {
    const key = keys.control(state.plan.target.id, seq);
    if ((await sturdy(world).create(key, controlText(control))) !== 'exists') return;
  }
}

/** The number of the newest command in the control log, from a number that is known. */
export async function lastControl(world: World, target: string, known: number): Promise<number> {
  const store = sturdy(world);
  let seq = known;
  while ((await store.get(keys.control(target, seq + 1))) !== null) seq += 1;
  return seq;
}
