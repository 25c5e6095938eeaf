import { keys } from '../journal/keys.ts';
import type { DeploymentState } from '../journal/state.ts';
import { Pulse } from '../lock/heartbeat.ts';
import { judgeLock, type LockState, type Newest, readNewest } from '../lock/lock.ts';
import { sturdy } from '../world/patient-store.ts';
import { lookEvery, type World } from '../world/world.ts';

/** Resolves when that deployment has ended or its holder has let go or died. */
export async function awaitEnd(
  world: World,
  { target, chapter }: { readonly target: string; readonly chapter: number },
  signal: AbortSignal,
): Promise<Newest> {
  const newest = await readNewest(world, target);
  if (newest.state?.chapter !== chapter) return newest;
  return (await awaitRelease(world, newest, { signal })).newest;
}

export interface Released {
  readonly newest: Newest;
  readonly lock: LockState;
}

interface ReleasePatience {
  readonly signal: AbortSignal;
  readonly until?: number;
  /** Told of the deployment that is waited for, at every look. */
  readonly waiting?: ((state: DeploymentState) => void) | undefined;
}

/** Waits for the holder of this deployment to end, let go or die; `alive` when the waiting ended first. */
export async function awaitRelease(
  world: World,
  from: Newest,
  { signal, waiting, until = Infinity }: ReleasePatience,
): Promise<Released> {
  const { clock } = world;
  const chapter = from.state?.chapter;
  const pulse = new Pulse(world, from.journal.target);
  for (let newest = from; ; newest = await caughtUp(world, newest)) {
    const { state } = newest;
    if (!state || state.ended) return { newest, lock: 'ended' };
    if (state.stopped) return { newest, lock: 'released' };
    const dead = world.provenDead(state.holder) || (await pulse.feel(state.epoch)) === 'dead';
    if (dead) return { newest, lock: 'dead' };
    if (state.chapter !== chapter || signal.aborted || clock.monotonic() >= until)
      return { newest, lock: 'alive' };
    waiting?.(state);
    await clock.sleep(lookEvery(world), signal);
  }
}

/** The newest state, read again only when the log has gone on. */
async function caughtUp(world: World, newest: Newest): Promise<Newest> {
  const { target, head } = newest.journal;
  const next = await sturdy(world).get(keys.record(target, (head?.seq ?? 0) + 1));
  return next === null ? newest : readNewest(world, target);
}

/** The newest deployment and who holds it now, read afresh. */
export async function lookAgain(
  world: World,
  target: string,
  signal: AbortSignal,
): Promise<Released> {
  const newest = await readNewest(world, target);
  return { newest, lock: await judgeLock(world, newest, signal) };
}
