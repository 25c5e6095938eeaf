import { readFile, writeFile } from 'node:fs/promises';
import manifest from '../package.json' with { type: 'json' };
import type { Io, Output } from './cli/io.ts';
import { runProgram } from './cli/program.ts';
import { renderError } from './cli/render-error.ts';
import type { SignalName } from './engine/index.ts';
import { systemClock } from './lib/clock.ts';
import { systemRandom } from './lib/random.ts';

/** Runs one command line. The only place that catches everything. */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  try {
    const compose = async () => (await import('./compose.ts')).compose(io);
    return await runProgram({ argv, io, version: manifest.version, compose });
  } catch (error) {
    return renderError(error, io);
  }
}

export function processIo(): Io {
  const { env, stdin, stdout, stderr } = process;
  return {
    stdout: unbreakable(stdout),
    stderr: unbreakable(stderr),
    interactive: Boolean(stdin.isTTY && stderr.isTTY && !env.CI),
    ask,
    env,
    cwd: process.cwd(),
    clock: systemClock,
    random: systemRandom,
    signals: { listen: listenToSignals },
    readFile: (path) => readFile(path, 'utf8'),
    writeFile: (path, text, options) => writeFile(path, text, { flag: options?.fresh ? 'wx' : 'w' }),
  };
}

/** A reader that has gone (`| head`) ends the display, never the deployment. */
function unbreakable(stream: NodeJS.WriteStream): Output {
  stream.on('error', () => {});
  return stream;
}

async function ask(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

const SIGNALS: readonly SignalName[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** npx and the terminal both deliver one Ctrl-C: the echo of a signal is not a second one. */
const ECHO = 300;

function listenToSignals(heard: (signal: SignalName) => void): () => void {
  let last = Number.NEGATIVE_INFINITY;
  const listener = (signal: SignalName) => {
    const now = systemClock.monotonic();
    if (now - last > ECHO) heard(signal);
    last = now;
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return () => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
}
