import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export interface Saying {
  /** Half closed right after the bytes. */
  readonly end?: boolean;
  /**
   * Ms without a byte after which an open connection counts as silent: longer before the first. Time in
   * which this process had no turn does not count: the proxy and the replica are in it too.
   */
  readonly silence?: number;
  readonly host?: string;
}

export interface Heard {
  readonly text: string;
  /** Whether the other side ended the connection. */
  readonly closed: boolean;
  readonly ms: number;
}

const FIRST_SILENCE = 8000;
const SILENCE = 150;
const LOOK = 5;

/** Sends bytes as they are, and hears everything until the other side ends or falls silent. */
export async function say(
  port: number,
  bytes: string | readonly string[],
  { end = false, silence, host = '127.0.0.1' }: Saying = {},
): Promise<Heard> {
  const began = performance.now();
  const socket = connect({ port, host, allowHalfOpen: true, noDelay: true });
  socket.on('error', () => {});
  let text = '';
  let silent = 0;
  let closed = false;
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    silent = 0;
  });
  socket.on('end', () => {
    closed = true;
  });
  socket.on('close', () => {
    closed = true;
  });
  for (const part of typeof bytes === 'string' ? [bytes] : bytes) {
    socket.write(part, 'latin1');
    if (typeof bytes !== 'string') await pause(20);
  }
  if (end) socket.end();
  silent = 0;
  const patience = () => silence ?? (text === '' ? FIRST_SILENCE : SILENCE);
  for (; !closed && silent < patience(); silent += LOOK) await pause(LOOK);
  socket.destroy();
  return { text, closed, ms: performance.now() - began };
}

/** The statuses of all answers in a text, in order. */
export const statusesOf = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3})(?: [^\r\n]*)?\r\n/g)].map(([, status]) => Number(status));

export interface Backend {
  readonly port: number;
  /** All bytes that ever arrived, one text per connection. */
  readonly heard: string[];
  readonly open: Set<Socket>;
  /** How many connections have ended. */
  readonly ended: () => number;
  close(): Promise<void>;
}

/** A replica that does with its socket whatever the test says. */
export async function backend(
  behave: (socket: Socket, text: string, heardSoFar: string) => void,
): Promise<Backend> {
  const heard: string[] = [];
  const open = new Set<Socket>();
  let ended = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    const at = heard.push('') - 1;
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      open.delete(socket);
      ended++;
    });
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      heard[at] += text;
      behave(socket, text, heard[at] as string);
    });
  });
  const port = await listening(server);
  const close = async () => {
    for (const socket of open) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return { port, heard, open, ended: () => ended, close };
}

export async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
}

export const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

/** Answers every request whose head is complete. */
export const answering = (answer: string) =>
  backend((socket, text) => {
    for (const _ of text.matchAll(/\r\n\r\n/g)) socket.write(answer, 'latin1');
  });
