import { Command as Commander, CommanderError, Option } from 'commander';
import { DeployError, EXIT, type ExitCode } from '../contract/index.ts';
import { nearest } from '../lib/suggest.ts';
import { catalogue } from './catalogue.ts';
import type { Command, Input, OptionSpec } from './command.ts';
import type { Composition } from './composition.ts';
import { type Io, wantsColor } from './io.ts';

export interface Invocation {
  readonly argv: readonly string[];
  readonly io: Io;
  readonly version: string;
  readonly compose: () => Promise<Composition>;
}

/** Finds the verb, reads its options, runs it. */
export async function runProgram(invocation: Invocation): Promise<ExitCode> {
  const { argv, io, version } = invocation;
  const [name, ...rest] = argv;
  if (name === '--version' || name === '-V') return print(io, version);
  if (name === undefined || name === '--help' || name === '-h') return print(io, overview());
  if (name === 'help') return rest[0] ? runProgram({ ...invocation, argv: [rest[0], '--help'] }) : print(io, overview());
  const entry = catalogue.find((candidate) => candidate.name === name);
  if (!entry) throw unknownCommand(name);
  return runCommand(invocation, name, await entry.load());
}

function print(io: Io, text: string): ExitCode {
  io.stdout.write(`${text}\n`);
  return EXIT.done;
}

function overview(): string {
  const width = Math.max(...catalogue.map(({ name }) => name.length));
  const verbs = catalogue.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    'deployctl: deploy through gates, and back with one command.',
    '',
    'Usage: deployctl <command> [options]',
    '',
    ...verbs,
    '',
    'First steps:',
    '  deployctl init                 write a first config here',
    '  deployctl deploy               deploy what it describes',
    '  deployctl rollback             undo the newest deployment',
    '',
    'deployctl <command> --help tells options and examples.',
  ].join('\n');
}

function unknownCommand(name: string): DeployError {
  const meant = nearest(name, catalogue.map((entry) => entry.name));
  return new DeployError('usage', {
    message: `There is no command ${JSON.stringify(name)}.`,
    why: meant ? `Did you mean ${meant}?` : undefined,
    next: [meant ? `deployctl ${meant} --help` : 'deployctl --help'],
  });
}

async function runCommand({ argv, io, compose }: Invocation, name: string, command: Command): Promise<ExitCode> {
  let input: Input | null = null;
  const parser = parserFor(io, name, command).action((...given: unknown[]) => {
    const options = given.at(-2) as Input['options'];
    const args = given.slice(0, -2).flat().filter((arg): arg is string => typeof arg === 'string');
    input = { io, compose, args, options };
  });
  try {
    await parser.parseAsync(argv.slice(1), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return usage(error, name);
    throw error;
  }
  return input ? command.run(input) : EXIT.done;
}

function parserFor(io: Io, name: string, command: Command): Commander {
  const parser = new Commander(`deployctl ${name}`)
    .description(command.description)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: () => {},
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getOutHasColors: () => wantsColor(io, io.stdout),
    })
    .addHelpText('after', examples(command));
  if (command.arguments) parser.argument(command.arguments);
  for (const spec of command.options) parser.addOption(optionFor(spec));
  return parser;
}

function examples(command: Command): string {
  const lines = command.examples.map(([line, what]) => `  ${line}\n      ${what}`);
  return `\nExamples:\n${lines.join('\n')}`;
}

function optionFor({ flags, description, many, choices }: OptionSpec): Option {
  const option = new Option(flags, description);
  if (choices) option.choices(choices);
  if (many) option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
  return option;
}

/** Commander has a sentence for what is wrong with the words; help that was asked for is no error. */
function usage(error: CommanderError, name: string): ExitCode {
  if (error.exitCode === 0) return EXIT.done;
  const message = error.message.replace(/^error: /, '');
  throw new DeployError('usage', {
    message: `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.?)]$/.test(message) ? '' : '.'}`,
    next: [`deployctl ${name} --help`],
  });
}
