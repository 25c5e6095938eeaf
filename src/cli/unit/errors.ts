import { DeployError } from '../../contract/index.ts';

const UNWRITTEN = 'Nothing was written.';

export function pathUnfit(path: string): DeployError {
  return new DeployError('policy', {
    message: `A systemd unit cannot name the path ${JSON.stringify(path)}.`,
    why: 'A unit file cannot hold quotes, backslashes or control characters in a path.',
    state: UNWRITTEN,
    next: ['deployctl up --install-unit --print (from a folder with another name)'],
  });
}

export function unitOfOthers(file: string): DeployError {
  return new DeployError('policy', {
    message: `${file} exists already, and was not written by this command.`,
    state: UNWRITTEN,
    next: ['deployctl up --install-unit --print'],
  });
}

export function unitUnwritable(path: string, error: unknown): DeployError {
  return new DeployError('could-not-run', {
    message: `${path} cannot be written: ${(error as Error).message}.`,
    state: UNWRITTEN,
    next: ['deployctl up --install-unit --print'],
  });
}
