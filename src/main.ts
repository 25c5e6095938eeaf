import { readFileSync } from 'node:fs';
import manifest from '../package.json' with { type: 'json' };

<<<<<<< HEAD

import type { Io } from './cli/shell/io.ts';

export { processIo } from './host/io.ts';

=======

import type { Interrupts, Io, Keyboard, Output, SignalName } from './cli/shell/io.ts';
import { systemClock } from './lib/clock.ts';
import { displayLines, displaySafe, streamSafe } from './lib/display-safe.ts';
import type { Redactor } from './lib/redact.ts';

>>>>>>> c13ea9b (cli: approvals answered where they are asked, and waits that say for whom)

/** Runs one command line. The only place that catches everything. */
export async function runCli(argv: readonly string[], io: Io): Promise<number> {
  try {
    if (argv[0] === '--version' || argv[0] === '-V') return await version(io);
    const { runProgram } = await import('./cli/program.ts');
    const compose = async () => (await import('./compose/index.ts')).compose(io);
    return await runProgram({ argv, io, compose });
  } catch (error) {
    const { renderError } = await import('./cli/shell/render-error.ts');
    return renderError(error, io);
  }
}

/** A fault that is nobody's answer: it was thrown where nobody waited for it. Ends the process. */
export async function tellFault(fault: unknown, io: Io): Promise<number> {
  const { renderError } = await import('./cli/shell/render-error.ts');
  return renderError(fault, io);
}

/** Asked for by scripts more often than anything else, so it loads nothing. */
async function version(io: Io): Promise<number> {
  io.stdout.write(`${manifest.version}\n`);
  return (await io.isShown()) ? 0 : 1;
}
<<<<<<< HEAD
=======

export function processIo(): Io {
  const { env, stdout, stderr } = process;
  const gone = new AbortController();
  const sink = new Sink();
  let isLost = false;
  const onBroken = (error: NodeJS.ErrnoException) => {
    gone.abort();
    if (isLost || hasNoReader(stdout, error)) return;
    isLost = true;
    told.write(`warning: no more can be written to the output: ${error.message}\n`);
  };
  // Nothing but words for people is written there.
  const told = sink.over(
    unbreakable(stderr, () => {}),
    displayLines,
  );
  return {
    stdout: sink.over(unbreakable(stdout, onBroken), streamSafe),
    stderr: told,
    isShown: async () => {
      sink.end();
      await new Promise<void>((resolve) => stdout.write('', () => resolve()));
      return !isLost;
    },
    conceal: (secrets) => sink.conceal(secrets),
    redact: (text) => sink.redact(text),
    readerGone: gone.signal,
    // Opened only when it is asked about: that alone takes a tenth of a start.
    get interactive() {
      return Boolean(process.stdin.isTTY && stderr.isTTY && !env.CI);
    },
    ask,
    get keyboard() {
      return this.interactive ? keyboardOf() : null;
    },
    env,
    cwd: process.cwd(),
    clock: systemClock,
    signals: signalsOf(env),
    readFile: async (path) => (await import('node:fs/promises')).readFile(path, 'utf8'),
    writeFile: async (path, text, options) => {
      const { writeFile } = await import('node:fs/promises');
      await writeFile(path, text, { flag: options?.fresh ? 'wx' : 'w' });
    },
  };
}

/** A reader that has gone (`| head`) or a full disk ends the display, never the deployment. */
function unbreakable(
  stream: NodeJS.WriteStream,
  onBroken: (error: Error) => void,
): NodeJS.WriteStream {
  stream.on('error', onBroken);
  return stream;
}

/** Who has gone, or closed the terminal, misses nothing. */
const hasNoReader = ({ isTTY }: NodeJS.WriteStream, { code = '' }: NodeJS.ErrnoException) =>
  isTTY || ['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'].includes(code);

/** The one way out for text. It costs nothing until there is a secret to keep. */
class Sink {
  #redactor: Redactor | null = null;
  readonly #streams: ReturnType<Redactor['stream']>[] = [];

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

  /** What was held back, because a secret might have followed. */
  end(): void {
    for (const stream of this.#streams) stream.end();
  }

  over(stream: NodeJS.WriteStream, safe: (text: string) => string): Output {
    let concealing: ReturnType<Redactor['stream']> | null = null;
    const write = (text: string) => {
      if (!this.#redactor) return stream.write(safe(text));
      if (!concealing) {
        concealing = this.#redactor.stream((shown) => stream.write(shown));
        this.#streams.push(concealing);
        process.once('exit', concealing.end);
      }
      return concealing.write(safe(text));
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
    lines.question(displaySafe(question), (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}

const CTRL: Readonly<Record<string, NodeJS.Signals>> = {
  '\u0003': 'SIGINT',
  '\u001c': 'SIGQUIT',
  '\u001a': 'SIGTSTP',
};

/** Only in the foreground: who changes or reads a terminal from behind is stopped by the system. */
function keyboardOf(): Keyboard | null {
  const { stdin } = process;
  return {
    listen: (typed) => {
      const open = () => {
        if (!isInForeground()) return;
        stdin.setRawMode(true);
        stdin.resume();
      };
      const shut = () => {
        stdin.pause();
        if (stdin.isRaw) stdin.setRawMode(false);
      };
      const hear = (chunk: Buffer) => {
        for (const key of chunk.toString('utf8')) {
          const signal = CTRL[key];
          if (signal === undefined) typed(key);
          else if (signal === 'SIGINT') process.kill(process.pid, signal);
          else {
            shut();
            process.kill(process.pid, signal);
          }
        }
      };
      stdin.on('data', hear);
      process.on('SIGCONT', open);
      open();
      return () => {
        stdin.off('data', hear);
        process.off('SIGCONT', open);
        shut();
      };
    },
  };
}

/** What the kernel says of our terminal: whose turn it is to read. True where it does not tell. */
function isInForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const [, , group, , , turn] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group === turn;
  } catch {
    return true;
  }
}

/** At the start: whoever waits for this process. */
const parent = process.ppid;

const SIGNALS: readonly SignalName[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** How often it is looked whether whoever started this is still there. */
const LOOK_EVERY = 250;

/**
 * A shell or npm in between passes no SIGTERM on: it dies of it, and in a CI job the deployment would
 * go on with nobody who waits for it. To be left alone there counts as a hang-up.
 */
function signalsOf(env: Io['env']): Interrupts {
  return {
    listen: (heard) => {
      const lookAway = env.CI ? onceLeftAlone(() => heard('SIGHUP')) : () => {};
      const hear = (signal: SignalName) => {
        // What ends us may end whoever waits for us, too: that is not a second wish.
        lookAway();
        heard(signal);
      };
      for (const signal of SIGNALS) process.on(signal, hear);
      return () => {
        lookAway();
        for (const signal of SIGNALS) process.off(signal, hear);
      };
    },
  };
}

function onceLeftAlone(act: () => void): () => void {
  const looking = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(looking);
    act();
  }, LOOK_EVERY).unref();
  return () => clearInterval(looking);
}
>>>>>>> c13ea9b (cli: approvals answered where they are asked, and waits that say for whom)
