import manifest from '../../package.json' with { type: 'json' };
import { EXIT, type ExitCode } from '../contract/index.ts';
import { mostOpenFiles } from '../lib/open-files.ts';
import { wrap } from '../lib/wrap.ts';
import { catalogue, hidden } from './commands/index.ts';
import type { Composition } from './shell/composition.ts';
import { tooFewFiles, unknownCommand } from './shell/errors.ts';
import { EXIT_MEANINGS, type ExitMeaning } from './shell/exit-meanings.ts';
import { type Io, outputWidthOf } from './shell/io.ts';
import { ownVerb } from './shell/spellings.ts';

export interface Invocation {
  readonly argv: readonly string[];
  readonly io: Io;
  readonly compose: () => Promise<Composition>;
}

const HELP = ['--help', '-h'];

/** Finds the verb and runs it. */
export async function runProgram(invocation: Invocation): Promise<ExitCode> {
  const { io } = invocation;
  const [name, ...rest] = ownVerb(invocation.argv);
  if (!name || HELP.includes(name)) return printOverview(io);
  if (name === 'version') return printVersion(io);
  if (name === 'help') return help(invocation, rest);
  const entry = [...catalogue, ...hidden].find((candidate) => candidate.name === name);
  if (!entry)
    throw unknownCommand(
      name,
      catalogue.map((one) => one.name),
    );
  demandFiles(mostOpenFiles());
  const [{ runInvocation: runCommand }, command] = await Promise.all([
    import('./invocation.ts'),
    entry.load(),
  ]);
  return runCommand({ ...invocation, name, command, argv: rest });
}

async function printVersion(io: Io): Promise<ExitCode> {
  io.stdout.write(`${manifest.version}\n`);
  return (await io.isShown()) ? EXIT.done : EXIT.couldNotRun;
}

/** A command has some thirty open, and what it starts two more per connection. */
const LEAST_FILES = 64;

/** With too few of them anything may fail at any time, and who tries it again would wait for long. */
function demandFiles(most: number | null): void {
  if (most === null || most >= LEAST_FILES) return;
  throw tooFewFiles(most, LEAST_FILES);
}

function help(invocation: Invocation, [name]: readonly string[]): Promise<ExitCode> {
  if (name === undefined || name.startsWith('-')) return printOverview(invocation.io);
  return runProgram({ ...invocation, argv: [name, '--help'] });
}

/** Also where a terminal is wider: sentences are read in short lines. */
const OVERVIEW_WIDTH = 80;
const CODES_WIDTH = 12;

function exitLines({ codes, words }: ExitMeaning, columns: number): readonly string[] {
  return wrap(words, Math.max(20, columns - CODES_WIDTH)).map(
    (line, at) => `  ${(at === 0 ? codes.join(', ') : '').padEnd(CODES_WIDTH - 2)}${line}`,
  );
}

async function printOverview(io: Io): Promise<ExitCode> {
  const columns = Math.min(outputWidthOf(io.stdout, OVERVIEW_WIDTH), OVERVIEW_WIDTH);
  const width = Math.max(...catalogue.map(({ name }) => name.length));
  const verbs = catalogue.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  const lines = [
    'deployctl: deploy through gates, and back with one command.',
    '',
    'Usage: deployctl <command> [options]',
    '',
    ...verbs,
    '',
    'First steps:',
    '  deployctl init      write a first config here',
    '  deployctl deploy    deploy what it describes',
    '  deployctl rollback  undo the newest deployment',
    '',
    'Exit codes:',
    ...EXIT_MEANINGS.flatMap((meaning) => exitLines(meaning, columns)),
    '',
    'deployctl <command> --help shows options and examples.',
  ];
  io.stdout.write(`${lines.join('\n')}\n`);
  return (await io.isShown()) ? EXIT.done : EXIT.couldNotRun;
}
