import { DeployError } from '../../contract/index.ts';
import type { World } from '../world/world.ts';

export function platformRefused(cause: Error): DeployError {
  return new DeployError('provider-failed', {
    message: `The platform refused to continue: ${cause.message}`,
    state: 'What was last read back is live. The deployment can be resumed or rolled back.',
    next: ['deployctl status', 'deployctl resume', 'deployctl rollback'],
    cause,
  });
}

/** The platform has seen epochs that this log does not come to: it was put back from a backup, or is not the only one. */
export function journalOutrun({ store }: World, cause: Error): DeployError {
  return new DeployError('provider-failed', {
    message: `The platform refused to continue: ${cause.message}`,
    why: `The platform was last changed from a newer journal than ${store.url}: perhaps an older backup was restored there.`,
    state: 'What was last read back is live. This journal can no longer change it; a new one can.',
    next: ['deployctl status', 'deployctl deploy --store <url of a new journal>'],
    cause,
  });
}
