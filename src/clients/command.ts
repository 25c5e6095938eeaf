import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { formatDuration } from '../lib/duration.ts';

export interface CommandLimits {
  readonly timeout?: number;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Masks what must not be shown, before anything is cut: half a secret is not known again. */
  readonly redact?: ((text: string) => string) | undefined;
}

/** Ms between the polite and the final signal. */
const GRACE = 1000;
/** Ms after that, for what was printed to arrive. */
const OUTPUT_GRACE_MS = 500;
/** Characters that are kept of what a command prints: its end, where it says what went wrong. */
const OUTPUT_KEPT_CHARS = 64 * 1024;
/** So much more is kept and then taken away: it may begin with the end of a secret. */
const MARGIN = 8 * 1024;

/** What a shell says of a command it cannot find; here also of one that was ended by a signal. */
const NO_CODE = 127;

interface Ran {
  readonly code: number;
  readonly output: string;
  /** How it ended, in words that go on from its name; where its exit code is not its own. */
  readonly ended?: string;
}

/** Runs an argument vector without a shell; all it started ends with it. */
export async function runCommand(
  [file = '', ...args]: readonly string[],
  limits: CommandLimits,
): Promise<Ran> {
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
  let printed = '';
  let length = 0;
  child.all.setEncoding('utf8').on('data', (text: string) => {
    length += text.length;
    printed = (printed + text).slice(-OUTPUT_KEPT_CHARS - MARGIN);
  });
  const letGo = letGoOf(child, limits);
  const result = await child.finally(letGo);
  const { exitCode, originalMessage, timedOut, isCanceled } = result;
  if (timedOut || isCanceled) endGroup(child.pid);
  const whole = limits.redact?.(printed) ?? printed;
  const output = length > OUTPUT_KEPT_CHARS ? whole.slice(MARGIN).slice(-OUTPUT_KEPT_CHARS) : whole;
  const why = timedOut ? `not finished within ${limits.timeout} ms` : originalMessage;
  const ended = clientsCommandEndOf(result, limits);
  return {
    code: exitCode ?? NO_CODE,
    output: exitCode === undefined ? `${output}\n${why}` : output,
    ...(ended === null ? {} : { ended }),
  };
}

interface ClientsCommandResult {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly code?: string | undefined;
  readonly timedOut: boolean;
}

/** One whose time is over may still choose its code; with 0 it has done what it was asked. */
function clientsCommandEndOf(
  { exitCode, signal, code, timedOut }: ClientsCommandResult,
  { timeout = 0 }: CommandLimits,
) {
  if (exitCode === 0) return null;
  if (timedOut) return `was not finished within ${formatDuration(timeout)}`;
  if (exitCode !== undefined) return null;
  return signal ? `was ended by ${signal}` : `could not be run (${code ?? 'no reason given'})`;
}

/**
 * What has left the session is not found, so it is not ended, and may hold the output for as long as
 * it lives: when the time is over, nobody listens to it any more.
 */
function letGoOf(
  { stdout, stderr }: { stdout: Readable; stderr: Readable | null },
  { timeout = 0, signal }: Pick<CommandLimits, 'timeout' | 'signal'>,
): () => void {
  const timers = new Set<NodeJS.Timeout>();
  const letGoAfter = (ms: number) =>
    timers.add(
      setTimeout(() => {
        stdout.destroy();
        stderr?.destroy();
      }, ms),
    );
  const onAbort = () => letGoAfter(GRACE + OUTPUT_GRACE_MS);
  if (timeout > 0) letGoAfter(timeout + GRACE + OUTPUT_GRACE_MS);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return () => {
    signal.removeEventListener('abort', onAbort);
    for (const timer of timers) clearTimeout(timer);
  };
}

/** The one that was started may have ended politely, and what it started not. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of them are gone.
  }
}

interface ReadLimits extends Pick<CommandLimits, 'env' | 'cwd'> {
  readonly timeout: number;
}

/**
 * What a program prints, without the end of its last line. What it printed may be secret even when
 * it failed, so it stands in no error.
 */
export async function readCommand(
  [file = '', ...args]: readonly string[],
  { env, cwd, timeout }: ReadLimits,
): Promise<string> {
  const child = execa(file, args, {
    cwd,
    env: env as NodeJS.ProcessEnv,
    extendEnv: false,
    stdin: 'ignore',
    stderr: 'ignore',
    reject: false,
    timeout,
    maxBuffer: OUTPUT_KEPT_CHARS,
    killDescendants: true,
    forceKillAfterDelay: GRACE,
  });
  const letGo = letGoOf(child, { timeout, signal: new AbortController().signal });
  const { stdout, exitCode, code, timedOut, isMaxBuffer } = await child.finally(letGo);
  if (timedOut || isMaxBuffer) endGroup(child.pid);
  if (timedOut) throw new Error(`it was not finished within ${timeout} ms`);
  if (isMaxBuffer) throw new Error(`it printed more than ${OUTPUT_KEPT_CHARS} characters`);
  if (exitCode === undefined) throw new Error(`it could not be run (${code ?? 'it was ended'})`);
  if (exitCode !== 0) throw new Error(`it exited with code ${exitCode}`);
  if (stdout === '') throw new Error('it printed nothing');
  return stdout;
}
