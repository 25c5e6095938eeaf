import type { Holder } from '../../contract/index.ts';
import type { World } from '../world/world.ts';

export function newHolder(world: Pick<World, 'holder' | 'random'>): Holder {
  return { ...world.holder, nonce: world.random.name(8) };
}

export function describeHolder(holder: Holder): string {
  return `${holder.actor.name} on ${holder.host} (pid ${holder.pid})`;
}
