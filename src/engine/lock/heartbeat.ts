import type { Holder } from '../../contract/index.ts';
import { keys } from '../journal/keys.ts';
import type { DeploymentState } from '../journal/state.ts';
import { sturdy } from '../world/patient-store.ts';
import type { JournalAccess, World } from '../world/world.ts';

/** A sign of life; who holds the target is decided by the log, never by this. */
export async function writeHeartbeat(
  world: World,
  target: string,
  state: DeploymentState,
): Promise<void> {
  const beat = { epoch: state.epoch, nonce: state.holder.nonce, beat: world.random.name(8) };
  await world.store.put(keys.heartbeat(target), JSON.stringify(beat));
}

export type HolderLife = 'alive' | 'dead';

/** Watches a heartbeat by our own monotonic clock, whatever times are written in it. */
export class Pulse {
  readonly #world: JournalAccess;
  readonly #target: string;
  #last: string | undefined;
  #since = 0;

  constructor(world: JournalAccess, target: string) {
    this.#world = world;
    this.#target = target;
  }

  /**
   * Alive at a change, dead after a ttl without one and the time that calls sent before may take. A
   * holder that came meanwhile is given a ttl of its own, whatever was felt of the one before it.
   */
  async feel(epoch = 0): Promise<HolderLife | 'unsure'> {
    const { clock, pace } = this.#world;
    const beat = `${epoch} ${await sturdy(this.#world).get(keys.heartbeat(this.#target))}`;
    if (this.#last === beat)
      return clock.monotonic() - this.#since < pace.ttl + pace.call ? 'unsure' : 'dead';
    const first = this.#last === undefined;
    this.#last = beat;
    this.#since = clock.monotonic();
    return first ? 'unsure' : 'alive';
  }
}

interface HeldTarget {
  readonly target: string;
  readonly holder: Holder;
  /** The key of the record that would come next: once it is there, somebody lives. */
  readonly next: string;
}

/**
 * Whether the holder lives. On its own machine that is a fact; from elsewhere only a heartbeat that
 * did not change for a whole ttl counts.
 */
export async function judgeLife(
  world: World,
  { target, holder, next }: HeldTarget,
  signal: AbortSignal,
): Promise<HolderLife> {
  if (world.provenDead(holder)) return 'dead';
  if (world.provenAlive(holder)) return 'alive';
  const pulse = new Pulse(world, target);
  while (!signal.aborted) {
    const life = await pulse.feel();
    if (life !== 'unsure') return life;
    if ((await sturdy(world).get(next)) !== null) return 'alive';
    const wait = Math.max(world.store.limits.poll, Math.min(1000, world.pace.ttl / 4));
    await world.clock.sleep(wait, signal);
  }
  return 'alive';
}
