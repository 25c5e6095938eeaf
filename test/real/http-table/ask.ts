import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export interface Heard {
  readonly text: string;
  readonly closed: boolean;
}

/** Ms without a byte that count as silence: before the first one, and after it. */
const FIRST = 2500;
const THEN = 300;

/** Sends bytes as they are, and hears everything until the other side ends or falls silent. */
export async function ask(port: number, parts: readonly string[], end = false): Promise<Heard> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  let text = '';
  let closed = false;
  let heard = performance.now();
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    heard = performance.now();
  });
  for (const event of ['end', 'close', 'error'] as const)
    socket.on(event, () => {
      closed = true;
    });
  for (const part of parts) {
    socket.write(part, 'latin1');
    if (parts.length > 1) await pause(20);
  }
  if (end) socket.end();
  heard = performance.now();
  while (!closed && performance.now() - heard < (text === '' ? FIRST : THEN)) await pause(5);
  socket.destroy();
  return { text, closed };
}

export const statusesOf = (text: string): string[] =>
  [...text.matchAll(/HTTP\/1\.[01] (\d{3})(?: [^\r\n]*)?\r\n/g)].map(
    ([, status]) => status as string,
  );

/** The body of the last answer, and whether it came whole. */
export function bodyOf({ text, closed }: Heard): { body: string; whole: boolean } {
  const start = text.lastIndexOf('HTTP/1.');
  const end = text.indexOf('\r\n\r\n', start);
  const head = text.slice(start, end).toLowerCase();
  const body = text.slice(end + 4);
  const [, length] = /\r\ncontent-length: *(\d+)/.exec(head) ?? [];
  if (head.includes('\r\ntransfer-encoding: chunked')) return chunked(body);
  if (length !== undefined) return { body, whole: body.length === Number(length) };
  return { body, whole: closed };
}

function chunked(coded: string): { body: string; whole: boolean } {
  let body = '';
  let at = 0;
  for (;;) {
    const line = coded.indexOf('\r\n', at);
    const size = Number.parseInt(coded.slice(at, line), 16);
    if (line < 0 || Number.isNaN(size)) return { body, whole: false };
    if (size === 0) return { body, whole: true };
    body += coded.slice(line + 2, line + 2 + size);
    at = line + 2 + size + 2;
    if (at > coded.length) return { body, whole: false };
  }
}
