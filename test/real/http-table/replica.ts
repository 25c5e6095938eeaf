import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createRaw, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { ANSWERS } from './answers.ts';

/** What reached the replica of one request. */
export interface Reached {
  readonly request: string;
  readonly host: string;
}

export interface Replica {
  readonly port: number;
  /** Taken out by whoever looks. */
  reached: Reached[];
  close(): void;
}

/** A strict server that says what reached it. */
export async function strictReplica(): Promise<Replica> {
  const replica = { port: 0, reached: [] as Reached[], close: () => {} };
  const server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
    const body = await bodyOf(request);
    const { cookie, host = '-' } = request.headers;
    const own = request.headers['x-own'] === undefined ? '' : ' x-own';
    const words = `${request.method} ${short(request.url ?? '')}${body && ` [${body}]`}${cookie ? ' cookie' : ''}${own}`;
    replica.reached.push({ request: words, host });
    response.end('ok');
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const malformed = error.code?.startsWith('HPE_') && error.code !== 'HPE_INVALID_EOF_STATE';
    if (malformed) replica.reached.push({ request: 'MALFORMED', host: '-' });
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  replica.port = (server.address() as { port: number }).port;
  replica.close = () => {
    server.closeAllConnections();
    server.close();
  };
  return replica;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  try {
    for await (const chunk of request) body += (chunk as Buffer).toString('latin1');
    return body;
  } catch {
    return `${body}, cut off`;
  }
}

const short = (text: string) =>
  text.length > 40 ? `${text.slice(0, 10)}… (${text.length})` : text;

/** A server that sends whatever its table says, whatever comes of it. */
export async function hostileReplica(): Promise<Replica> {
  const open = new Set<Socket>();
  const server = createRaw({ noDelay: true }, (socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    socket.on('data', (chunk) => {
      const [, index] = /^\w+ \/answer\/(\d+) /.exec(chunk.toString('latin1')) ?? [];
      if (index !== undefined) void answer(socket, Number(index));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    reached: [],
    close: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

async function answer(socket: Socket, index: number): Promise<void> {
  const { sends, close } = ANSWERS[index] as (typeof ANSWERS)[number];
  for (const part of sends) {
    socket.write(part, 'latin1');
    if (sends.length > 1) await pause(10);
  }
  if (close) socket.end();
}
