import type { Socket } from 'node:net';
import type { Answer, AnswerAsked } from './answer.ts';

const CONTINUE = ['HTTP/1.1 100', 'HTTP/1.0 100'] as const;
const LENGTH = CONTINUE[0].length;
const HEAD_END = '\r\n\r\n';
/** Longer is no interim answer; the client library may say what it is. */
const INTERIM_MAX_BYTES = 8192;

/**
 * Takes `100 Continue` out of what a replica sends before its answer. Nobody asked for it, as the
 * edge answers `expect` itself; it is allowed all the same, and the client library breaks off there.
 */
export class Interim {
  #expecting = false;
  #held: Buffer | null = null;

  expect(): void {
    this.#expecting = true;
    this.#held = null;
  }

  /** The library reads a socket only by asking for what there is. */
  watch(socket: Socket): void {
    const read = socket.read.bind(socket);
    socket.read = (size?: number) => {
      const chunk = read(size) as Buffer | null;
      if (!this.#expecting || chunk === null) return chunk;
      return this.#withoutContinue(chunk);
    };
  }

  #withoutContinue(chunk: Buffer): Buffer | null {
    let bytes = this.#held ? Buffer.concat([this.#held, chunk]) : chunk;
    this.#held = null;
    for (;;) {
      const start = bytes.toString('latin1', 0, LENGTH);
      if (!CONTINUE.some((one) => one.startsWith(start))) break;
      const end = bytes.indexOf(HEAD_END);
      if (start.length < LENGTH || end < 0) {
        if (bytes.length > INTERIM_MAX_BYTES) break;
        this.#held = bytes.length > 0 ? bytes : null;
        return null;
      }
      bytes = bytes.subarray(end + HEAD_END.length);
    }
    this.#expecting = false;
    return bytes;
  }
}

/** What a replica says before its answer, for clients that know of such a thing. */
export function passInterim(
  status: number,
  raw: readonly Buffer[],
  { request, response }: { request: AnswerAsked; response: Answer },
): void {
  const isOld = request.httpVersionMajor === 1 && request.httpVersionMinor === 0;
  if (response.headersSent || isOld) return;
  if (status === 102) response.writeProcessing();
  if (status !== 103) return;
  const links = headersNamed('link', raw);
  if (links.length === 0) return;
  try {
    response.writeEarlyHints({ link: links });
  } catch {
    // Hints only: one that is not well formed is left out.
  }
}

function headersNamed(wanted: string, raw: readonly Buffer[]): string[] {
  const found: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] as Buffer).toString('latin1').toLowerCase();
    if (name === wanted) found.push((raw[i + 1] as Buffer).toString('latin1'));
  }
  return found;
}
