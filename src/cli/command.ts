import { DeployError, type ExitCode } from '../contract/index.ts';
import { parseDuration } from '../lib/duration.ts';
import type { Composition } from './composition.ts';
import type { Io } from './io.ts';

export interface OptionSpec {
  /** As commander reads it: `-c, --config <file>`. */
  readonly flags: string;
  readonly description: string;
  /** May be given more than once. */
  readonly many?: true;
  readonly choices?: readonly string[];
}

export type Options = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export interface Input {
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
  /** Command line and what it is for. */
  readonly examples: readonly (readonly [string, string])[];
  run(input: Input): Promise<ExitCode>;
}

export function text(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** Ms of an option that is a duration; null when it was not given. */
export function durationOption(input: Input, name: string): number | null {
  const given = text(input.options, name);
  if (given === undefined) return null;
  const ms = parseDuration(given);
  if (ms === null) throw new DeployError('usage', { message: `${JSON.stringify(given)} is no duration.`, why: 'Durations are written like 30s, 10m or 1h30m.' });
  return ms;
}

/** Options that commands share, by what they are about. */
export const CONFIG_OPTIONS: readonly OptionSpec[] = [
  { flags: '-c, --config <file>', description: 'config file (default: deploy.config.* found upward from here)' },
  { flags: '-e, --env <name>', description: 'environment: an overlay of the config' },
  { flags: '--release <version>', description: 'version to deploy' },
  { flags: '--strategy <name>', description: 'canary, blue-green, rolling' },
  { flags: '--set <key=value>', description: 'override a value of the config (repeatable)', many: true },
];

export const STORE_OPTION: OptionSpec = {
  flags: '--store <url>',
  description: 'where the journal lives (default: your state folder)',
};

export const OUTPUT_OPTION: OptionSpec = {
  flags: '-o, --output <form>',
  description: 'auto, text, json (one event per line)',
  choices: ['auto', 'text', 'json'],
};

export const TARGET_OPTIONS: readonly OptionSpec[] = [
  { flags: '-c, --config <file>', description: 'config that names the service (default: found upward from here)' },
  { flags: '-e, --env <name>', description: 'environment' },
  { flags: '--service <name>', description: 'service, when no config is at hand' },
  STORE_OPTION,
];
