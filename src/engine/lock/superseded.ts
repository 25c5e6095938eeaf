import { DeployError, type RecordBody } from '../../contract/index.ts';
import type { Superseded } from '../journal/journal.ts';
import { describeHolder } from './holder.ts';

export function outlivedError(): DeployError {
  return new DeployError('superseded', {
    message:
      'This process no longer holds the target: its deployment was ended by others long ago.',
    why: 'The records of that time have been pruned already.',
    state: 'This process has stopped and changes nothing more.',
    next: ['deployctl status', 'deployctl history'],
  });
}

/** What a holder says who finds the target in other hands. */
export function supersededError(error: Superseded): DeployError {
  const { body, deployment } = error.by;
  // A newer version may have written it: then that much of it may be otherwise.
  const { holder, why, kind } = body as Partial<Extract<RecordBody, { kind: 'taken' }>>;
  const by = holder?.actor ? describeHolder(holder) : 'another holder';
  return new DeployError('superseded', {
    message: `This process no longer holds the target: ${by} took over.`,
    why: (kind === 'taken' && why) || 'The log went on without this process.',
    state: 'This process has stopped and changes nothing more; the new holder carries on.',
    next: ['deployctl status --watch', `deployctl history ${deployment}`],
    cause: error,
  });
}
