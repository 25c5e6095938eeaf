import type { Interrupts, SignalName } from '../../engine/index.ts';
import type { Clock } from '../../lib/clock.ts';
import { wrap } from '../../lib/wrap.ts';

export type { Interrupts, SignalName };

export interface OutputStream {
  write(text: string): unknown;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  readonly isTTY?: boolean | undefined;
}

export interface Keyboard {
  /** Until it is ended nothing that is typed is shown, or left for the shell. */
  listen(typed: (text: string) => void): () => void;
}

/** What the command line may touch of the process around it; a test brings its own. */
export interface Io {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Aborted when nobody reads stdout any more: what only shows something can end then. */
  readonly readerGone: AbortSignal;
  /** Whether all that was written to stdout got there, as far as somebody reads it. */
  isShown(): Promise<boolean>;
  /** From now on these never appear in what is written, in any common encoding. */
  conceal(secrets: readonly string[]): Promise<void>;
  /** For what is written elsewhere than to the two streams. */
  redact(text: string): string;
  /** Whether somebody sits at a keyboard and can be asked. */
  readonly interactive: boolean;
  /** Null when nobody answers any more. */
  ask(question: string): Promise<string | null>;
  /** What is typed while something goes on; null where nobody sits at a keyboard, or in the background. */
  readonly keyboard: Keyboard | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: Clock;
  readonly signals: Interrupts;
  readFile(path: string): Promise<string>;
  writeFile(path: string, text: string, options?: { fresh?: boolean }): Promise<void>;
}

/** Colour as people asked for it: NO_COLOR and FORCE_COLOR first, else where a terminal is. */
export function wantsColor(io: Io, output: OutputStream): boolean {
  if (io.env.NO_COLOR) return false;
  if (io.env.FORCE_COLOR) return io.env.FORCE_COLOR !== '0' && io.env.FORCE_COLOR !== 'false';
  return output.isTTY === true && io.env.TERM !== 'dumb';
}

/** Columns to fill: what a terminal has; text for files and pipes gets a common width. */
export function outputWidthOf(output: OutputStream, otherwise = 100): number {
  return output.columns || otherwise;
}

/** On a terminal a sentence goes on in the next line; rows of a table and what is there to be copied do not. */
export function folded(output: OutputStream, lines: readonly string[]): readonly string[] {
  const { isTTY, columns } = output;
  if (!isTTY || !columns) return lines;
  return lines.flatMap((line) => (KEPT_WHOLE.test(line) ? [line] : wrap(line, columns)));
}

const KEPT_WHOLE = /^(?: |Next)|^$/;
