import { execa } from 'execa';

export interface CommandLimits {
  readonly timeout?: number;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** Ms between the polite and the final signal. */
const GRACE = 1000;
/** Characters that are kept of what a command prints: its end, where it says what went wrong. */
const KEPT = 64 * 1024;

/** What a shell says of a command it cannot find; here also of one that was ended by a signal. */
const NO_CODE = 127;

/** Runs an argument vector without a shell; all it started ends with it. */
export async function runCommand(
  [file = '', ...args]: readonly string[],
  limits: CommandLimits,
): Promise<{ code: number; output: string }> {
  const child = execa(file, args, {
    cwd: limits.cwd,
    env: limits.env as NodeJS.ProcessEnv,
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    buffer: false,
    reject: false,
    timeout: limits.timeout ?? 0,
    cancelSignal: limits.signal,
    killDescendants: true,
    forceKillAfterDelay: GRACE,
  });
  let output = '';
  child.all.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-KEPT);
  });
  const { exitCode, originalMessage, timedOut } = await child;
  const why = timedOut ? `not finished within ${limits.timeout} ms` : originalMessage;
  return {
    code: exitCode ?? NO_CODE,
    output: exitCode === undefined ? `${output}\n${why}` : output,
  };
}
