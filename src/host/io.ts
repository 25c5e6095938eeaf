import type { Io, OutputStream } from '../cli/shell/io.ts';
import { systemClock } from '../lib/clock.ts';
import { displayLines, streamSafe } from '../lib/display-safe.ts';
import { ask } from './ask.ts';
import { keyboardOf } from './keyboard.ts';
import { hasNoReader, OutputSink, unbreakable } from './output.ts';
import { signalsOf } from './signals.ts';

export function processIo(): Io {
  const { env, stdout } = process;
  const gone = new AbortController();
  const sink = new OutputSink();
  let isLost = false;
  const onBroken = (error: NodeJS.ErrnoException) => {
    gone.abort();
    if (isLost || hasNoReader(stdout, error)) return;
    isLost = true;
    told().write(`warning: the output can no longer be written to: ${error.message}\n`);
  };
  // Nothing but words for people is written there. Opened only when something is: as stdin, that takes time.
  let opened: OutputStream | null = null;
  const told = () => {
    opened ??= sink.over(
      unbreakable(process.stderr, () => {}),
      displayLines,
    );
    return opened;
  };
  return {
    stdout: sink.over(unbreakable(stdout, onBroken), streamSafe),
    get stderr() {
      return told();
    },
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
      return Boolean(process.stdin.isTTY && process.stderr.isTTY && !env.CI);
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
