import { type DeployError, EXIT, type ExitCode } from '../../contract/index.ts';
import { redacted } from '../../lib/redacted.ts';
import { type Input, wantsJson } from './command.ts';
import { knownError } from './render-error.ts';

/** The last line of a stream of events, so that its reader knows the exit code without the process. */
export function endStream(input: Input, code: ExitCode): ExitCode {
  if (wantsJson(input)) writeExitLine(input, { code });
  return code;
}

/** The same for an error, which goes on to be told on stderr. */
export function endStreamWith(input: Input, error: unknown): unknown {
  if (!wantsJson(input)) return error;
  const known = knownError(error);
  writeExitLine(input, {
    code: known?.exit ?? EXIT.couldNotRun,
    error: exitLineTold(known, error),
  });
  return error;
}

function exitLineTold(known: DeployError | null, error: unknown) {
  if (!known) return { code: 'fault', message: String((error as Error)?.message ?? error) };
  const { code, message, why, state, next } = known;
  return { code, message, why, state, next };
}

function writeExitLine({ io }: Input, line: object): void {
  const told = redacted({ v: 1, type: 'exit', at: io.clock.wall(), ...line }, io.redact);
  io.stdout.write(`${JSON.stringify(told)}\n`);
}
