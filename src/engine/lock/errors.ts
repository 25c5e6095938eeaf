import { DeployError, type RecordBody } from '../../contract/index.ts';
import { formatDuration } from '../../lib/duration.ts';
import type { Superseded } from '../journal/journal.ts';
import { type DeploymentState, stepUnderWay } from '../journal/state.ts';
import { describeHolder } from './holder.ts';

export function outlivedError(): DeployError {
  return new DeployError('superseded', {
    message:
      'This process no longer holds the target: another process ended its deployment long ago.',
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

/** The target is not free: its newest deployment is unfinished, with a holder or without. */
export function heldError(state: DeploymentState, now: number): DeployError {
  return state.stopped ? unfinishedError(state, now) : runningError(state, now);
}

const UNTOUCHED_HERE = 'Nothing was touched by this command.';

function unfinishedError(state: DeploymentState, now: number): DeployError {
  const { id, plan, stopped, openedBy, openedAt } = state;
  return new DeployError('held', {
    message: `Deployment ${id} of ${plan.release.version} is unfinished: ${stopped?.reason}.`,
    why: `${openedBy.name} began it ${formatDuration(now - openedAt)} ago; it stopped at: ${stepUnderWay(state)}.`,
    state: UNTOUCHED_HERE,
    next: [
      ...(isAsking(state)
        ? [`deployctl approve ${id}`, `deployctl reject ${id}`]
        : [`deployctl resume ${id}`, `deployctl rollback ${id}`]),
      'deployctl deploy --supersede cancel-older',
    ],
  });
}

/** On its way back it asks nobody any more. */
const isAsking = ({ stopped, direction }: DeploymentState) =>
  stopped?.stop === 'waiting' && direction === 'forward';

function runningError(state: DeploymentState, now: number): DeployError {
  const { id, plan, holder, openedAt } = state;
  return new DeployError('held', {
    message: `${describeHolder(holder)} is deploying ${plan.release.version} to this target (${id}).`,
    why: `It began ${formatDuration(now - openedAt)} ago and is now at: ${stepUnderWay(state)}.`,
    state: UNTOUCHED_HERE,
    next: [
      'deployctl status --watch',
      'deployctl deploy --wait-lock 10m',
      `deployctl rollback ${id}`,
    ],
  });
}
