import manifest from '../package.json' with { type: 'json' };
import type { Interrupts, Io, Output, SignalName } from './cli/io.ts';
import { systemClock } from './lib/clock.ts';

/** Runs one command line. The only place that catches everything. */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  try {
    if (argv[0] === '--version' || argv[0] === '-V') return version(io);
    const { runProgram } = await import('./cli/program.ts');
    const compose = async () => (await import('./compose.ts')).compose(io);
    return await runProgram({ argv, io, compose });
  } catch (error) {
    const { renderError } = await import('./cli/render-error.ts');
    return renderError(error, io);
  }
}

/** Asked for by scripts more often than anything else, so it loads nothing. */
function version(io: Io): number {
  io.stdout.write(`${manifest.version}\n`);
  return 0;
}

export function processIo(): Io {
  const { env, stdin, stdout, stderr } = process;
  const gone = new AbortController();
  return {
    stdout: unbreakable(stdout, () => gone.abort()),
    stderr: unbreakable(stderr, () => {}),
    readerGone: gone.signal,
    interactive: Boolean(stdin.isTTY && stderr.isTTY && !env.CI),
    ask,
    env,
    cwd: process.cwd(),
    clock: systemClock,
    signals: processSignals,
    readFile: async (path) => (await import('node:fs/promises')).readFile(path, 'utf8'),
    writeFile: async (path, text, options) => {
      const { writeFile } = await import('node:fs/promises');
      await writeFile(path, text, { flag: options?.fresh ? 'wx' : 'w' });
    },
  };
}

/** A reader that has gone (`| head`) ends the display, never the deployment. */
function unbreakable(stream: NodeJS.WriteStream, onBroken: () => void): Output {
  stream.on('error', onBroken);
  return stream;
}

/** Null when nobody answers any more: the input has ended, or Ctrl-C. */
async function ask(question: string): Promise<string | null> {
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.once('SIGINT', () => lines.close());
    lines.once('close', () => resolve(null));
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}

const SIGNALS: readonly SignalName[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const processSignals: Interrupts = {
  listen: (heard) => {
    for (const signal of SIGNALS) process.on(signal, heard);
    return () => {
      for (const signal of SIGNALS) process.off(signal, heard);
    };
  },
};
