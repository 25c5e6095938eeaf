import { Command as Commander, CommanderError, type Help, Option } from 'commander';
import { EXIT, type ExitCode } from '../contract/index.ts';
import type { Invocation } from './program.ts';
import type { Command, Input, OptionSpec } from './shell/command.ts';
import { commandLineUnread, noSuchChoice } from './shell/errors.ts';
import { endStream, endStreamWith } from './shell/exit-line.ts';
import { type Io, outputWidthOf, wantsColor } from './shell/io.ts';
import { ownFlags } from './shell/spellings.ts';
import { errorTypedAgain } from './shell/typed-again.ts';

export interface CommandInvocation extends Invocation {
  readonly name: string;
  readonly command: Command;
}

/** Reads the options of one verb and runs it. */
export async function runInvocation(invocation: CommandInvocation): Promise<ExitCode> {
  const input = parse(invocation);
  const { command, io } = invocation;
  if (input === null) return shown(io, EXIT.done);
  const code = await (command.streams ? streamed(input, command) : ran(input, command));
  return command.shows ? shown(io, code) : code;
}

async function ran(input: Input, command: Command): Promise<ExitCode> {
  try {
    return await command.run(input);
  } catch (error) {
    throw errorTypedAgain(input, error);
  }
}

async function streamed(input: Input, command: Command): Promise<ExitCode> {
  try {
    return endStream(input, await ran(input, command));
  } catch (error) {
    throw endStreamWith(input, error);
  }
}

/** A full disk makes a failure of what was only to be shown; a reader that has gone does not. */
async function shown(io: Io, code: ExitCode): Promise<ExitCode> {
  return code === EXIT.done && !(await io.isShown()) ? EXIT.couldNotRun : code;
}

/** Null when all that was wanted is help. */
function parse({ argv, io, compose, name, command }: CommandInvocation): Input | null {
  let input: Input | null = null;
  const parser = parserFor(io, name, command).action((...given: unknown[]) => {
    const options = given.at(-2) as Input['options'];
    const words = given.slice(0, -2).flat();
    const args = words.filter((arg): arg is string => typeof arg === 'string');
    input = { name, io, compose, args, options };
  });
  try {
    parser.parse(ownFlags(name, argv, command), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw commandLineUnread(name, error.message);
  }
  return input;
}

const WIDEST_HELP = 80;
/** Below this an option and its words do not fit beside each other. */
const NARROW = 60;

function parserFor(io: Io, name: string, command: Command): Commander {
  const width = Math.min(WIDEST_HELP, outputWidthOf(io.stdout, WIDEST_HELP));
  const parser = new Commander(`deployctl ${name}`)
    .configureHelp({ minWidthToWrap: 20, ...(width < NARROW ? { formatItem: stacked } : {}) })
    .description(command.description)
    .helpOption('-h, --help', 'show this')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: () => {},
      getOutHelpWidth: () => width,
      getOutHasColors: () => wantsColor(io, io.stdout),
    })
    .addHelpText('after', helpEnd(name, command));
  if (command.arguments) parser.arguments(command.arguments);
  for (const spec of command.options) parser.addOption(optionFor(name, spec));
  return parser;
}

// biome-ignore lint/complexity/useMaxParams: commander calls it so
function stacked(term: string, _width: number, description: string, helper: Help): string {
  const words = helper.boxWrap(description, (helper.helpWidth ?? NARROW) - 6);
  return [`  ${term}`, ...words.split('\n').map((line) => `      ${line}`)].join('\n');
}

function helpEnd(name: string, { examples, page }: Command): string {
  const lines = examples.map(([line, what]) => `  ${line}\n      ${what}`);
  const more =
    page === undefined ? [] : ['', `More: man deployctl-${name}; docs/${page} in the package.`];
  return ['', 'Examples:', ...lines, ...more].join('\n');
}

function optionFor(
  name: string,
  { flags, description, many, choices, hidden }: OptionSpec,
): Option {
  const option = new Option(flags, description);
  if (hidden) option.hideHelp();
  if (choices) option.choices([...choices]).argParser((value) => choiceOf(name, option, value));
  if (many) {
    option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
  }
  return option;
}

function choiceOf(name: string, { long, argChoices = [] }: Option, value: string): string {
  if (argChoices.includes(value)) return value;
  throw noSuchChoice(name, { option: long ?? '', given: value, choices: argChoices });
}
