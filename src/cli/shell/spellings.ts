import type { Command } from './command.ts';
import { optionOfOthers } from './errors.ts';

/** What other tools call our verbs, where it means one thing. */
const VERBS: Readonly<Record<string, string>> = { ls: 'status', list: 'status', undo: 'rollback' };

/** What other tools call our options, where it means one thing; it counts where ours is there. */
const FLAGS: Readonly<Record<string, readonly string[]>> = {
  '--json': ['--output', 'json'],
  '-f': ['--config'],
  '--file': ['--config'],
  '--tag': ['--release'],
  '--environment': ['--env'],
};

/** What is meant by them differs from tool to tool, or is nothing here: these say what there is. */
const POINTERS: Readonly<Record<string, { readonly why: string; readonly next: string }>> = {
  ...pointing(['-q', '--quiet'], {
    why: 'Redirect stdout to discard the output; the exit code tells the result.',
    next: '--output json',
  }),
  ...pointing(['-v', '--verbose', '--debug'], {
    why: 'Output is always complete: --output json prints each event, and history ID shows all of a deployment.',
    next: '--output json',
  }),
  ...pointing(['--force'], {
    why: 'Nothing can be forced: a refusal says the reason, and what to type.',
    next: '--help',
  }),
};

function pointing<T>(flags: readonly string[], pointer: T): Readonly<Record<string, T>> {
  return Object.fromEntries(flags.map((flag) => [flag, pointer]));
}

const DRY = '--dry-run';
/** A plan asks nothing. */
const NOT_OF_PLAN = [DRY, '-y', '--yes'];

/** A command line with our own verb: `undo` is rollback, `deploy --dry-run` is plan. */
export function ownVerb([name = '', ...rest]: readonly string[]): readonly string[] {
  const verb = Object.hasOwn(VERBS, name) ? (VERBS[name] as string) : name;
  if (verb !== 'deploy' || !rest.includes(DRY)) return [verb, ...rest];
  return ['plan', ...rest.filter((word) => !NOT_OF_PLAN.includes(word))];
}

/** The words after the verb with our own options, as far as this command has them. */
export function ownFlags(
  name: string,
  argv: readonly string[],
  { options }: Pick<Command, 'options'>,
): readonly string[] {
  const known = new Set(options.flatMap(({ flags }) => flags.match(/(?<!\S)--?[a-z-]+/gi) ?? []));
  const end = argv.indexOf('--');
  const words = end < 0 ? argv : argv.slice(0, end);
  const rest = end < 0 ? [] : argv.slice(end);
  return [...words.flatMap((word) => ownFlag(name, word, known)), ...rest];
}

function ownFlag(name: string, word: string, known: ReadonlySet<string>): readonly string[] {
  const [flag = '', ...value] = word.startsWith('--') ? word.split('=') : [word];
  if (known.has(flag)) return [word];
  const own = Object.hasOwn(FLAGS, flag) ? FLAGS[flag] : undefined;
  if (own && known.has(own[0] as string))
    return value.length > 0 && own.length === 1 ? [`${own[0]}=${value.join('=')}`] : own;
  const pointer = Object.hasOwn(POINTERS, flag) ? POINTERS[flag] : undefined;
  if (!pointer) return [word];
  const { why, next } = pointer;
  const typed = known.has(next.split(' ')[0] ?? '') ? next : '--help';
  throw optionOfOthers(name, flag, { why, typed });
}
