import { DeployError } from '../../contract/index.ts';

export function logInUse(target: string, who: string): DeployError {
  return new DeployError('held', {
    message: `${who} is acting on ${target} and sends heartbeats, so its log is not repaired now.`,
    state: 'Nothing was changed.',
    next: ['deployctl doctor', 'deployctl doctor --repair'],
  });
}

export function tooManyLost(target: string, count: number): DeployError {
  return new DeployError('journal-damaged', {
    message: `${count} records at the end of the log of ${target} are lost: too many for an accident.`,
    why: 'An old copy of the journal may have been restored over it.',
    state: 'Nothing was changed.',
    next: ['deployctl doctor'],
  });
}
