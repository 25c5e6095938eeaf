import type { Operation, Release, ReleaseId, Verification } from '../../../src/contract/index.ts';
import { type Desired, wantsNothing, wasSent } from '../home/desired.ts';
import type { Status } from '../home/messages.ts';
import { LOCAL_DONE, type LocalOperation, localPending } from './operation.ts';
import { promote } from './promote.ts';
import { replace } from './replace.ts';
import { retire } from './retire.ts';
import { route } from './route.ts';
import { scale } from './scale.ts';
import { start } from './start.ts';

const OPERATIONS: { readonly [K in Operation['kind']]: LocalOperation<K> } = {
  start,
  scale,
  route,
  replace,
  promote,
  retire,
};

/** What is wanted after the operation: absolute, so that asking twice changes nothing. */
export function change(desired: Desired, operation: Operation): Desired {
  return OPERATIONS[operation.kind].change(desired, operation as never);
}

/** Whether the keeper's state is what the operation asks for. */
export function verify(operation: Operation, status: Status, key: string): Verification {
  return (
    disagreement(status.desired, operation, key) ??
    OPERATIONS[operation.kind].verify(status, operation as never)
  );
}

/** What can be said while no keeper answers. `deserted`: nothing of the service runs. */
export function verifyAlone(
  operation: Operation,
  desired: Desired,
  { key, deserted }: { key: string; deserted: boolean },
): Verification {
  const apart = disagreement(desired, operation, key);
  if (apart) return apart;
  const gone = operation.kind === 'retire' && wantsNothing(desired) && deserted;
  return gone ? LOCAL_DONE : { state: 'pending', progress: 'no keeper runs', again: true };
}

/**
 * Null when what is wanted here is what the operation asks for. When it is not, the key tells
 * whether the operation is still to be sent, or was sent and somebody has changed it since.
 */
function disagreement(desired: Desired, operation: Operation, key: string): Verification | null {
  const difference = OPERATIONS[operation.kind].difference(desired, operation as never);
  if (!difference) return null;
  if (!wasSent(desired, operation, key)) return localPending('not asked for yet');
  return { state: 'diverged', ...difference };
}

/** The releases that the operation carries whole. */
export function localReleasesIn(operation: Operation): Release[] {
  if (operation.kind === 'replace') return [operation.release, operation.from];
  return operation.kind === 'start' ? [operation.release] : [];
}

/** The releases whose replicas it asks for. */
export function namesIn(operation: Operation): ReleaseId[] {
  if (operation.kind === 'scale') return [operation.release];
  return localReleasesIn(operation).map(({ id }) => id);
}
