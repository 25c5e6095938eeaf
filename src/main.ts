import manifest from '../package.json' with { type: 'json' };
import type { Interrupts, Io, Output, SignalName } from './cli/io.ts';
import { systemClock } from './lib/clock.ts';
import type { Redactor } from './lib/redact.ts';

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
  const sink = new Sink();
  return {
    stdout: sink.over(unbreakable(stdout, () => gone.abort())),
    stderr: sink.over(unbreakable(stderr, () => {})),
    conceal: (secrets) => sink.conceal(secrets),
    redact: (text) => sink.redact(text),
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
function unbreakable(stream: NodeJS.WriteStream, onBroken: () => void): NodeJS.WriteStream {
  stream.on('error', onBroken);
  return stream;
}

/** The one way out for text. It costs nothing until there is a secret to keep. */
class Sink {
  #redactor: Redactor | null = null;

  async conceal(secrets: readonly string[]): Promise<void> {
    const known = secrets.filter((secret) => secret !== '');
    if (known.length === 0) return;
    const { createRedactor } = await import('./lib/redact.ts');
    this.#redactor ??= createRedactor([]);
    for (const secret of known) this.#redactor.add(secret);
  }

  redact(text: string): string {
    return this.#redactor?.redact(text) ?? text;
  }

  over(stream: NodeJS.WriteStream): Output {
    let concealing: ReturnType<Redactor['stream']> | null = null;
    const write = (text: string) => {
      if (!this.#redactor) return stream.write(text);
      if (!concealing) {
        concealing = this.#redactor.stream((safe) => stream.write(safe));
        process.once('exit', () => concealing?.end());
      }
      return concealing.write(text);
    };
    // All but writing is the stream's own: its size may change, and it is listened to.
    return new Proxy(stream, {
      get: (target, name) => {
        if (name === 'write') return write;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }
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
