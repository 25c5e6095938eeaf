import {
  type DeployError,
  EXIT,
  type ExitCode,
  isDeployError,
  isProviderError,
} from '../../contract/index.ts';
import { displayLines, displaySafe } from '../../lib/display-safe.ts';
import { providerFailed, refusedBySystem } from './errors.ts';
import { folded, type Io } from './io.ts';
import { summarizeRefusal } from './step-summary.ts';

/** A name from elsewhere may make a suggested command do more than it says. */
const SHELL = /[;&|$`\\\n]/;

const PLACE_TO_TELL = 'This is a fault of deployctl itself: please report it with the lines above.';

/** Writes an error for a person: what happened, why, what state things are in, what to type next. */
export function renderError(error: unknown, io: Io): ExitCode {
  const known = knownError(error);
  const words = displayLines(known ? told(known) : unknownFault(error));
  io.stderr.write(`${folded(io.stderr, words.split('\n')).join('\n')}\n`);
  summarizeRefusal(io, words);
  if (io.env.GITHUB_ACTIONS === 'true')
    io.stderr.write(errorAnnotation(known ?? { message: String(error) }));
  return FAILURES.find((code) => code === known?.exit) ?? EXIT.couldNotRun;
}

/** What GitHub shows beside the job; how a deployment ended its own reporter has said. */
function errorAnnotation({ message, why }: { message: string; why?: string | undefined }): string {
  const text = displaySafe([message, why].filter(Boolean).join(' '));
  return `::error title=deployctl::${text.replaceAll('%', '%25').replaceAll(/\r?\n/g, ' ')}\n`;
}

/** An error of a plug-in may say any number, and none makes a success of it. */
const FAILURES = Object.values(EXIT).filter((code) => code !== EXIT.done);

export function knownError(error: unknown): DeployError | null {
  if (isDeployError(error)) return error;
  const failure = error as Partial<NodeJS.ErrnoException> | null;
  if (isProviderError(error)) {
    return providerFailed(error);
  }
  return failure?.syscall ? refusedBySystem(failure) : null;
}

function told({ message, why, state, next }: DeployError): string {
  const typable = commandsIn(next).filter((line) => isHarmless(line) && displaySafe(line) === line);
  const commands =
    typable.length > 1
      ? ['Next, one of:', ...typable.map((line) => `  ${line}`)]
      : typable.map((line) => `Next: ${line}`);
  const lines = [`error: ${message}`, why, state, ...commands];
  return lines.filter((line) => line !== undefined).join('\n');
}

/** What stands in single quotes means nothing to a shell, unless these stand in double ones. */
function isHarmless(line: string): boolean {
  if (!SHELL.test(line)) return true;
  const bare = line.replaceAll(/'[^'\n]*'/g, '').replaceAll("\\'", '');
  return !SHELL.test(bare) && !/["']/.test(bare);
}

/** What only has the name of our errors may have no list of them. */
const commandsIn = (next: unknown) =>
  Array.isArray(next) ? next.filter((line) => typeof line === 'string') : [];

function unknownFault(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `error: ${text}\n${PLACE_TO_TELL}`;
}
