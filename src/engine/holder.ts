import type { Holder } from '../contract/index.ts';
import { keys } from './keys.ts';
import type { DeploymentState } from './state.ts';
import type { World } from './world.ts';

export function newHolder(world: World): Holder {
  return { ...world.holder, nonce: world.random.name(8) };
}

export function describeHolder(holder: Holder): string {
  return `${holder.actor.name} on ${holder.host} (pid ${holder.pid})`;
}

/** A sign of life; who holds the target is decided by the log, never by this. */
export async function writeHeartbeat(
  world: World,
  target: string,
  state: DeploymentState,
): Promise<void> {
  const beat = { epoch: state.epoch, nonce: state.holder.nonce, beat: world.random.name(8) };
  await world.store.put(keys.heartbeat(target), JSON.stringify(beat));
}

export type Life = 'alive' | 'dead';

/**
 * Whether the holder lives. On its own machine that is a fact; from elsewhere only a heartbeat that
 * did not change for a whole ttl of our own clock counts, whatever times are written in it.
 */
export async function judgeLife(
  world: World,
  target: string,
  holder: Holder,
  signal: AbortSignal,
): Promise<Life> {
  if (world.provenDead(holder)) return 'dead';
  if (world.provenAlive(holder)) return 'alive';
  const { clock, pace, store } = world;
  const first = await store.get(keys.heartbeat(target));
  const start = clock.monotonic();
  while (clock.monotonic() - start < pace.ttl && !signal.aborted) {
    await clock.sleep(Math.min(1000, pace.ttl / 4), signal);
    if ((await store.get(keys.heartbeat(target))) !== first) return 'alive';
  }
  if (signal.aborted) return 'alive';
  // Calls that the dead holder had sent may still arrive: their time is waited out too.
  await clock.sleep(pace.call, signal);
  return 'dead';
}
