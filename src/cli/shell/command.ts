import type { ExitCode } from '../../contract/index.ts';
import { parseDuration } from '../../lib/duration.ts';
import type { Composition } from './composition.ts';
import { notACount, notADuration } from './errors.ts';
import type { Io } from './io.ts';

export interface OptionSpec {
  /** As commander reads it: `-c, --config <file>`. */
  readonly flags: string;
  readonly description: string;
  /** May be given more than once. */
  readonly many?: true;
  readonly choices?: readonly string[];
  /** What its values are in the journal, for a shell that completes them. */
  readonly looksUp?: 'services' | 'releases';
  /** Known, to be refused in words of its own; not shown. */
  readonly hidden?: true;
}

export type Options = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export interface Input {
  /** The verb, for the commands that are suggested. */
  readonly name: string;
  readonly io: Io;
  readonly compose: () => Promise<Composition>;
  readonly args: readonly string[];
  readonly options: Options;
}

/** One verb of the command line, as data and one function. */
export interface Command {
  /** As commander reads it: `[deployment]`. */
  readonly arguments?: string;
  readonly description: string;
  readonly options: readonly OptionSpec[];
  /** The page of `docs` that tells more. */
  readonly page?: string;
  /** Command line and what it is for. */
  readonly examples: readonly (readonly [string, string])[];
  /** Its JSON output is a stream of events, whose last line says how the process exits. */
  readonly streams?: true;
  /** It has done nothing when what it shows cannot be written. */
  readonly shows?: true;
  run(input: Input): Promise<ExitCode>;
}

export function textOption(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

export function list(options: Options, name: string): readonly string[] {
  const value = options[name];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

export const wantsJson = ({ options }: Input) => options.output === 'json';

/** Ms of an option that is a duration; null when it was not given. */
export function durationOption(input: Input, name: string): number | null {
  const given = textOption(input.options, name);
  if (given === undefined) return null;
  const ms = parseDuration(given);
  if (ms !== null) return ms;
  throw notADuration(input.name, given);
}

/** An option that is a whole number, at least `least`. */
export function countOption(input: Input, name: string, least: number): number | null {
  const given = textOption(input.options, name);
  if (given === undefined) return null;
  const count = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  if (Number.isSafeInteger(count) && count >= least) return count;
  throw notACount(input.name, { option: name, given, least });
}

/** Options that commands share, by what they are about. */
export const PLACE_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '-c, --config <file>',
    description: 'config (default: deploy.config.* here or above)',
  },
  { flags: '-e, --env <name>', description: 'environment: an overlay of the config' },
];

export const VIA_OPTION: OptionSpec = {
  flags: '--via <key=value>',
  description:
    'the name that this machine uses to reach the platform, such as context=prod or profile=ops; never recorded (repeatable)',
  many: true,
};

export const CONFIG_OPTIONS: readonly OptionSpec[] = [
  ...PLACE_OPTIONS,
  { flags: '--release <version>', description: 'version to deploy' },
  { flags: '--strategy <name>', description: 'canary, blue-green, rolling' },
  {
    flags: '--set <key=value>',
    description: 'override a value of the config (repeatable)',
    many: true,
  },
];

export const STORE_OPTION: OptionSpec = {
  flags: '--store <url>',
  description: 'where the journal is kept (default: as in the config, or your state folder)',
};

export const OUTPUT_OPTION: OptionSpec = {
  flags: '-o, --output <form>',
  description: 'text, json, or auto: what fits the terminal or CI',
  choices: ['auto', 'text', 'json'],
};

/** For a stream of events. */
export const EVENTS_OPTION: OptionSpec = {
  ...OUTPUT_OPTION,
  description:
    'text; json: one event per line, the last is {"type":"exit","code":N}; auto: what fits the terminal or CI',
};

export const YES_OPTION: OptionSpec = { flags: '-y, --yes', description: 'ask nothing' };

export const TARGET_OPTIONS: readonly OptionSpec[] = [
  ...PLACE_OPTIONS,
  {
    flags: '--service <name>',
    description: 'service, if there is no config here',
    looksUp: 'services',
  },
  STORE_OPTION,
  VIA_OPTION,
];
