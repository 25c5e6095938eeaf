import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { failureClass } from '../../../src/contract/index.ts';
import {
  listenPrivate,
  type PrivateSocketDoor,
  type SocketPlace,
} from '../../../src/lib/safe-files/private-socket.ts';
import type { Request } from '../home/messages.ts';
import type { Keeper } from './keeper.ts';

const LARGEST_BODY = 4 * 1024 * 1024;

interface ControlServerControl extends PrivateSocketDoor {
  readonly server: Server;
}

/** HTTP over a unix socket that only its owner can open. */
export async function serveControl(
  keeper: Keeper,
  place: SocketPlace,
  finish: () => void,
): Promise<ControlServerControl> {
  const server = createServer((request, response) => {
    answer(keeper, request, finish).then(
      (body) => reply(response, 200, body),
      (error) =>
        reply(response, 409, { failure: failureClass(error), message: (error as Error).message }),
    );
  });
  return { server, ...(await listenPrivate(server, place)) };
}

async function answer(
  keeper: Keeper,
  request: IncomingMessage,
  finish: () => void,
): Promise<unknown> {
  const asked = `${request.method} ${request.url}`;
  if (asked === 'GET /status') return keeper.status();
  if (asked === 'POST /apply')
    return void (await keeper.apply((await controlServerBodyOf(request)) as Request));
  if (asked === 'POST /wake')
    return void (await keeper.wake((await controlServerBodyOf(request)) as Request));
  if (asked === 'POST /down') {
    await keeper.down();
    finish();
    return;
  }
  throw new Error(`the keeper does not know ${asked}`);
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify(body ?? null));
}

async function controlServerBodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > LARGEST_BODY) throw new Error('the request is too large');
    chunks.push(chunk as Buffer);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
