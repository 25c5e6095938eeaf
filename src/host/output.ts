import type { OutputStream } from '../cli/shell/io.ts';
import type { Redactor } from '../lib/redact.ts';

/** A reader that has gone (`| head`) or a full disk ends the display, never the deployment. */
export function unbreakable(
  stream: NodeJS.WriteStream,
  onBroken: (error: Error) => void,
): NodeJS.WriteStream {
  stream.on('error', onBroken);
  return stream;
}

/** Who has gone, or closed the terminal, misses nothing. */
export const hasNoReader = ({ isTTY }: NodeJS.WriteStream, { code = '' }: NodeJS.ErrnoException) =>
  isTTY || ['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'].includes(code);

/** The one way out for text. It costs nothing until there is a secret to keep. */
export class OutputSink {
  #redactor: Redactor | null = null;
  readonly #streams: ReturnType<Redactor['stream']>[] = [];

  async conceal(secrets: readonly string[]): Promise<void> {
    const known = secrets.filter((secret) => secret !== '');
    if (known.length === 0) return;
    const { createRedactor } = await import('../lib/redact.ts');
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

  over(stream: NodeJS.WriteStream, safe: (text: string) => string): OutputStream {
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
