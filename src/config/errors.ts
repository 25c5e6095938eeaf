import { UNTOUCHED } from '../contract/errors.ts';
import { DeployError } from '../contract/index.ts';
import { displaySafe } from '../lib/display-safe.ts';
import { shellWord } from '../lib/shell-word.ts';
import { nearest } from '../lib/suggest.ts';
import { type Problem, problemLine, problemsShown } from './problem.ts';

/** All problems of a config in one. `sound` names environments that have none of them: perhaps one of those was meant. */
export function configInvalid(
  file: string,
  problems: readonly Problem[],
  sound: readonly string[] = [],
): DeployError {
  const count = new Set(problems.map(problemLine)).size;
  const release = problems.some(({ missing }) => missing) ? ' --release <version>' : '';
  const validate = `deployctl validate${configOptionFor(file)}${release}`;
  return new DeployError('config-invalid', {
    message: `${displaySafe(file)} has ${count === 1 ? 'a problem' : `${count} problems`}`,
    why: problemsShown(problems).join('\n'),
    state: UNTOUCHED,
    next: [validate, ...sound.slice(0, 3).map((name) => `${validate} --env ${name}`)],
  });
}

/** Nothing for a file that is found by itself, so that what is suggested can be typed as it stands. */
function configOptionFor(file: string): string {
  if (/^(deploy\.config\.\w+|package\.json)$/.test(file)) return '';
  const name = displaySafe(file);
  return ` --config ${/^[\w./+-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`}`;
}

interface UnknownChoice {
  readonly what: 'environment' | 'strategy';
  readonly option: string;
}

export function unknownChoice(
  { what, option }: UnknownChoice,
  name: string,
  names: readonly string[],
): DeployError {
  const near = nearest(name, names);
  const isNone = names.length === 0;
  return new DeployError('unknown-name', {
    message: `There is no ${what} "${displaySafe(name)}"${near ? `: did you mean ${near}?` : ''}`,
    why: isNone ? `The config has no ${what}s.` : `Known: ${names.join(', ')}.`,
    state: UNTOUCHED,
    next: isNone
      ? [`leave ${option} out, then: deployctl validate`]
      : (near ? [near] : names).map((known) => `deployctl validate ${option} ${known}`),
  });
}

export function configNotTrusted(path: string, why: string): DeployError {
  return new DeployError('config-invalid', {
    message: `${path} was found, but is not used as the config: ${why}.`,
    why: 'A config decides which programs run, so anybody who can write one there could run programs as you. If another user made the checkout, as in many CI jobs, name the file to use it anyway.',
    state: 'It was not read, and nothing was touched.',
    next: [`deployctl validate --config ${shellWord(path)}`],
  });
}

const UNREADABLE_WHYS: Readonly<Record<string, string>> = {
  EISDIR: 'It is a folder: name the file in it.',
  EACCES: 'You are not allowed to read it.',
  ENOTDIR: 'A part of the path is a file, not a folder.',
  ELOOP: 'It is a symbolic link that leads back to itself.',
  ENOTSUP: 'It is a pipe or a device, expected a file.',
};

export function configUnreadable(
  file: string,
  error: Partial<Pick<NodeJS.ErrnoException, 'code' | 'message'>>,
): DeployError {
  const { code, message } = error;
  const missing = code === 'ENOENT';
  const name = displaySafe(file);
  return new DeployError('config-missing', {
    message: missing ? `There is no config at ${name}` : `The config ${name} cannot be read`,
    why: missing ? undefined : (UNREADABLE_WHYS[code ?? ''] ?? message),
    state: UNTOUCHED,
    next: ['deployctl init'],
    cause: error,
  });
}

export function configMissing(places: readonly string[], folder: string): DeployError {
  return new DeployError('config-missing', {
    message: 'There is no deploy config here',
    why: `Looked for ${places.slice(0, -1).join(', ')} and the key "deploy" of package.json, from ${folder} up to the folder of the repository.`,
    state: UNTOUCHED,
    next: ['deployctl init', 'deployctl validate --config FILE'],
  });
}

/** `--set` with a key or value that is not possible. */
export function setUnusable(what: string, why: string): DeployError {
  return new DeployError('config-invalid', {
    message: `--set ${displaySafe(what)} cannot be used`,
    why: displaySafe(why),
    state: UNTOUCHED,
    next: ['deployctl validate --help'],
  });
}

/** The extension's own fault, as a rule a plug-in's. */
export function settingsUndescribed(extension: string, cause: unknown): DeployError {
  return new DeployError('config-invalid', {
    message: `The ${extension} does not describe its settings properly.`,
    why: cause instanceof Error ? cause.message : String(cause),
    state: UNTOUCHED,
    cause,
  });
}
