import { DeployError } from '../../contract/index.ts';
import type { JournalAccess } from './world.ts';

export function storeFailed(world: JournalAccess, error: unknown): DeployError {
  return new DeployError('store-failed', {
    message: `The journal at ${world.store.url} cannot be reached: ${(error as Error).message}`,
    why: 'Nothing is changed without a record of it, so the deployment stops here.',
    state:
      'What was last read back is live. The deployment can be resumed or rolled back once the store answers again.',
    next: ['deployctl status', 'deployctl resume', 'deployctl rollback'],
    cause: error,
  });
}

export function storeDenied(world: JournalAccess, error: unknown): DeployError {
  return new DeployError('store-denied', {
    message: `The journal at ${world.store.url} does not let this process write any more: ${(error as Error).message}`,
    why: 'The credentials are refused, and were not renewed in time.',
    state:
      'Nothing was started since. What was last read back is live. The deployment can be resumed or rolled back from any machine with valid credentials.',
    next: ['deployctl status', 'deployctl resume', 'deployctl rollback'],
    cause: error,
  });
}
