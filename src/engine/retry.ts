import { DeployError, failureClass } from '../contract/index.ts';
import type { World } from './world.ts';

/** Full jitter: a random wait up to a bound that doubles, so that many clients do not march in step. */
export function backoff(world: World, attempt: number, retryAfter = 0): number {
  const bound = Math.min(30_000, 100 * 2 ** attempt);
  return Math.max(retryAfter, world.random.next() * bound);
}

/** A store call, tried until the holder would have to stop acting anyway. The very same bytes each time. */
export async function retryStore<T>(world: World, call: () => Promise<T>): Promise<T> {
  const start = world.clock.monotonic();
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      const spent = world.clock.monotonic() - start;
      if (failureClass(error) === 'permanent' || spent > world.pace.selfFence)
        throw storeFailed(world, error);
      if (error instanceof DeployError) throw error;
      await world.clock.sleep(backoff(world, attempt));
    }
  }
}

function storeFailed(world: World, error: unknown): DeployError {
  return new DeployError('store-failed', {
    message: `The journal at ${world.store.url} cannot be written: ${(error as Error).message}`,
    why: 'Nothing is changed without a record of it, so the deployment stops here.',
    state:
      'What was last read back is live. The deployment can be resumed or rolled back when the store is well.',
    next: ['deployctl status', 'deployctl resume', 'deployctl rollback'],
    cause: error,
  });
}
