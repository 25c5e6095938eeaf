import { DeployError } from '../../contract/index.ts';
import { nearest } from '../../lib/suggest.ts';

const helpOf = (command: string) => [`deployctl ${command} --help`];

export function tooFewFiles(most: number, least: number): DeployError {
  return new DeployError('could-not-run', {
    message: `This process may open only ${most} files at a time; deployctl needs at least ${least}.`,
    state: 'Nothing was touched.',
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
