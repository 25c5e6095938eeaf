import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { failureClass } from '../../src/contract/index.ts';
import type { Keeper } from './keeper.ts';
import type { Request } from './messages.ts';

const LARGEST_BODY = 4 * 1024 * 1024;

/** HTTP over a unix socket that only its owner can open. */
export function serveControl(keeper: Keeper, path: string, finish: () => void): Promise<Server> {
  const server = createServer((request, response) => {
    answer(keeper, request, finish).then(
      (body) => reply(response, 200, body),
      (error) =>
        reply(response, 409, { failure: failureClass(error), message: (error as Error).message }),
    );
  });
  rmSync(path, { force: true });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve(server);
    });
  });
}

async function answer(
  keeper: Keeper,
  request: IncomingMessage,
  finish: () => void,
): Promise<unknown> {
  const asked = `${request.method} ${request.url}`;
  if (asked === 'GET /status') return keeper.status();
  if (asked === 'POST /apply') return void (await keeper.apply((await bodyOf(request)) as Request));
  if (asked === 'POST /wake') return void (await keeper.wake((await bodyOf(request)) as Request));
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

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > LARGEST_BODY) throw new Error('the request is too large');
    chunks.push(chunk as Buffer);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
