import { shellWord } from '../../lib/shell-word.ts';
import { type Input, list, textOption } from './command.ts';
import { reworded } from './errors.ts';
import { knownError } from './render-error.ts';

/** What somebody typed that the next command needs as well, to be about the same. */
export type Typed = Pick<Input, 'name' | 'args' | 'options'>;

const CONFIGURED = ['config', 'env', 'release', 'strategy', 'set', 'store', 'via'] as const;
const TARGETED = ['config', 'env', 'service', 'store', 'via'] as const;
type Flag = (typeof CONFIGURED | typeof TARGETED)[number];

/** Which of them a command takes. Names only: to suggest a command does not load it. */
export const CARRIED: Readonly<Record<string, readonly Flag[]>> = {
  deploy: CONFIGURED,
  plan: CONFIGURED,
  validate: CONFIGURED,
  analyze: ['config', 'env', 'store', 'via'],
  rollback: TARGETED,
  resume: TARGETED,
  status: TARGETED,
  history: TARGETED,
  approve: TARGETED,
  reject: TARGETED,
  promote: TARGETED,
  pause: TARGETED,
  abort: TARGETED,
  logs: TARGETED,
  up: TARGETED,
  down: TARGETED,
  prune: TARGETED,
  doctor: TARGETED,
};

/** These take a version as their word. */
const VERSIONED: readonly string[] = ['deploy', 'plan'];
/** This takes one, too, but of a service that has to be named beside it. */
const OF_SERVICE: readonly string[] = ['logs'];
/** A command ends with its clause, or where the words around it go on. */
const SUGGESTED =
  /\bdeployctl ([a-z]+)((?: (?!(?:or|then|deployctl)\b)[^\s(]*[^\s(,;])*)(?=[,;]|\s|$)/g;

/**
 * Suggested commands with what was typed for this one: the config, the place, the version. Whoever
 * copies one acts on what the words before it are about. What a line names itself stays.
 */
export function typedAgain(typed: Typed, line: string): string {
  // Also in the words before it, as in `leave --env out, then: …`.
  const names = new Set(line.split(' ').map((word) => word.split('=')[0]));
  return line.replace(SUGGESTED, (command: string, verb: string, rest: string) => {
    const words = rest.trim().split(' ');
    return words.includes('--help')
      ? command
      : [command, ...more(typed, verb, { words, names })].join(' ');
  });
}

interface Said {
  /** Those of the command. */
  readonly words: readonly string[];
  /** Those of the whole line. */
  readonly names: ReadonlySet<string | undefined>;
}

function more(typed: Typed, verb: string, { words, names }: Said): readonly string[] {
  // An id or a version says enough of which service it is.
  const isNamed = /^[^-]/.test(words[0] ?? '') && !OF_SERVICE.includes(verb);
  return (CARRIED[verb] ?? [])
    .filter((flag) => !names.has(`--${flag}`))
    .filter((flag) => !(isNamed && (flag === 'service' || flag === 'release')))
    .filter((flag) => !(flag !== 'store' && flag !== 'via' && names.has('--plan')))
    .flatMap((flag) => optionValues(typed, flag).map((value) => `--${flag} ${shellWord(value)}`));
}

function optionValues({ name, args, options }: Typed, flag: Flag): readonly string[] {
  const value = textOption(options, flag);
  if (value !== undefined) return [value];
  if (flag === 'release' && VERSIONED.includes(name)) return args.slice(0, 1);
  return list(options, flag);
}

/** The same for a list of commands, each with what it is for. */
export const listTypedAgain = (
  typed: Typed,
  commands: readonly (readonly [command: string, why: string])[],
): readonly (readonly [command: string, why: string])[] =>
  commands.map(([line, why]) => [typedAgain(typed, line), why]);

/** The same for all that an error suggests. What is no answer of ours stays as it is. */
export function errorTypedAgain(typed: Typed, error: unknown): unknown {
  const known = knownError(error);
  if (!known || !Array.isArray(known.next)) return error;
  const next = known.next.map((line) =>
    typeof line === 'string' ? typedAgain(typed, line) : line,
  );
  if (known === error && next.every((line, index) => line === known.next[index])) return error;
  return reworded(known, { next, cause: error });
}
