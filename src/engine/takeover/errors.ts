import { DeployError, EXIT } from '../../contract/index.ts';
import type { DeploymentState } from '../journal/state.ts';
import type { Newest } from '../lock/lock.ts';
import type { Ending } from '../run/step-outcome.ts';

const ERRORS_SIGNALLED = ['interrupted', 'terminated'] as const;

/** Its way back rests: by a signal, which the exit code tells, or by somebody who paused it. */
export function interruptedError({ id }: DeploymentState, { reason, exit }: Ending): DeployError {
  const code = ERRORS_SIGNALLED.find((candidate) => EXIT[candidate] === exit) ?? 'held';
  return new DeployError(code, {
    message: `The unfinished deployment ${id} was being rolled back: ${reason}.`,
    state: 'The new deployment was not begun. The rollback can be resumed.',
    next: [`deployctl resume ${id}`, 'deployctl status'],
  });
}

/** The way back of an older deployment has failed, and so the new one cannot begin. */
export function unwindFailedError({ deployment, reason }: Ending): DeployError {
  return new DeployError('needs-person', {
    message: `The unfinished deployment ${deployment} could not be rolled back: ${reason}.`,
    state: 'The new deployment was not begun.',
    next: [`deployctl history ${deployment}`, `deployctl rollback ${deployment}`],
  });
}

export function overError({ state }: Newest): DeployError {
  if (!state)
    return new DeployError('not-found', {
      message: 'Nothing was ever deployed here.',
      state: 'Nothing was touched.',
      next: ['deployctl status', 'deployctl plan'],
    });
  const { id, ended } = state;
  return new DeployError('policy', {
    message: `Deployment ${id} has ended already: ${ended?.result}.`,
    state: 'Nothing was touched.',
    next: ['deployctl status', `deployctl history ${id}`],
  });
}
