import { EXIT, isDeployError } from '../../contract/index.ts';
import { type Newest, takeOverLock } from '../lock/lock.ts';
import type { Session } from '../lock/session.ts';
import type { World } from '../world/world.ts';

/** Null when another process takes it over first; the caller looks again. */
export async function takeOverUnlessHeld(
  world: World,
  newest: Newest,
  why: string,
): Promise<Session | null> {
  try {
    return await takeOverLock(world, newest, why);
  } catch (error) {
    const lost = isDeployError(error) && error.exit === EXIT.held;
    if (lost) return null;
    throw error;
  }
}
