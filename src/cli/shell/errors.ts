import { UNTOUCHED } from '../../contract/errors.ts';
import { DeployError, type ErrorText } from '../../contract/index.ts';
import { nearest } from '../../lib/suggest.ts';

const helpOf = (command: string) => [`deployctl ${command} --help`];

export function tooFewFiles(most: number, least: number): DeployError {
  return new DeployError('could-not-run', {
    message: `This process may open only ${most} files at a time; deployctl needs at least ${least}.`,
    state: UNTOUCHED,
    next: ['ulimit -n 1024'],
  });
}

export function unknownCommand(name: string, known: readonly string[]): DeployError {
  if (name.startsWith('-')) {
    return new DeployError('usage', {
      message: `${JSON.stringify(name)} is not a command: options come after the command.`,
      next: ['deployctl --help'],
    });
  }
  const meant = nearest(name, known);
  return new DeployError('usage', {
    message: `There is no command ${JSON.stringify(name)}.`,
    why: meant ? `Did you mean ${meant}?` : undefined,
    next: [meant ? `deployctl ${meant} --help` : 'deployctl --help'],
  });
}

export function notADuration(command: string, given: string): DeployError {
  return new DeployError('usage', {
    message: `${JSON.stringify(given)} is not a duration.`,
    why: 'Durations are written like 30s, 10m or 1h30m.',
    next: helpOf(command),
  });
}

interface NotACount {
  readonly option: string;
  readonly given: string;
  readonly least: number;
}

export function notACount(command: string, { option, given, least }: NotACount): DeployError {
  return new DeployError('usage', {
    message: `--${option} takes a whole number of at least ${least}, not ${JSON.stringify(given)}.`,
    next: helpOf(command),
  });
}

interface NoChoice {
  readonly option: string;
  readonly given: string;
  readonly choices: readonly string[];
}

export function noSuchChoice(command: string, { option, given, choices }: NoChoice): DeployError {
  const meant = nearest(given, choices);
  return new DeployError('usage', {
    message: `${option} does not accept ${JSON.stringify(given)}.`,
    why: `${meant ? `Did you mean ${meant}? ` : ''}Known: ${choices.join(', ')}.`,
    next: helpOf(command),
  });
}

/** What the reader of command lines says of one it cannot read, as a sentence of ours. */
export function commandLineUnread(command: string, said: string): DeployError {
  const [message = '', ...more] = said.replace(/^error: /, '').split('\n');
  const hint = more.join(' ').replace(/^\((.*)\)$/, '$1');
  const end = /[.?)]$/.test(message) ? '' : '.';
  return new DeployError('usage', {
    message: `${message.charAt(0).toUpperCase()}${message.slice(1)}${end}`,
    why: hint || undefined,
    next: helpOf(command),
  });
}

/** An option that other tools have; `typed` is the one to use here. */
export function optionOfOthers(
  command: string,
  flag: string,
  { why, typed }: { readonly why: string; readonly typed: string },
): DeployError {
  return new DeployError('usage', {
    message: `deployctl ${command} has no option ${flag}.`,
    why,
    state: UNTOUCHED,
    next: [`deployctl ${command} ${typed}`],
  });
}

/** The same error with other words where it is shown, because more is known there. */
export function reworded(
  { code, message, why, state, next }: DeployError,
  words: Partial<ErrorText>,
): DeployError {
  return new DeployError(code, { message, why, state, next, ...words });
}

const RESUMABLE = 'A deployment that was under way can be resumed or rolled back.';

export function providerFailed({ message }: Error): DeployError {
  return new DeployError('provider-failed', {
    message: message || 'The provider failed.',
    state: RESUMABLE,
    next: ['deployctl status', 'deployctl doctor'],
  });
}

const SYSTEM_REFUSALS: Readonly<Record<string, string>> = {
  EACCES: 'cannot be read or written: permission denied',
  EPERM: 'cannot be changed: permission denied',
  EROFS: 'cannot be written: it is on a read-only disk',
  ENOENT: 'does not exist, or its folder does not',
  EISDIR: 'is a folder, not a file',
  ENOSPC: 'cannot be written: the disk is full',
};

/** A file that cannot be read or written is no fault of the tool. */
export function refusedBySystem({
  code = '',
  path,
  message = '',
}: Partial<NodeJS.ErrnoException>): DeployError {
  const why = path === undefined ? undefined : SYSTEM_REFUSALS[code];
  if (why !== undefined)
    return new DeployError('could-not-run', {
      message: `${path} ${why}.`,
      state: RESUMABLE,
      next: ['deployctl doctor'],
    });
  return new DeployError('could-not-run', { message, next: ['deployctl doctor'] });
}
