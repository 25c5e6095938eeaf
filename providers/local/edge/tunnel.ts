import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { hasBody } from './body.ts';

/** A client that asks to go on in another protocol. */
export interface Upgrade {
  readonly protocol: string;
  readonly client: Socket;
  /** What it sent behind its request: the replica gets it once it has agreed, and not before. */
  readonly head: Buffer;
}

/** Another HTTP inside the tunnel would pass the edge unseen, so nobody is asked for it. */
const OTHER_HTTP = /h2c|http\//i;

/** Whether a replica is asked for the other protocol; else the request is one like any other. */
export function mayUpgrade(request: IncomingMessage): boolean {
  const { method, httpVersionMinor, headers } = request;
  const { upgrade = '' } = headers;
  return (
    method === 'GET' &&
    httpVersionMinor === 1 &&
    upgrade !== '' &&
    !OTHER_HTTP.test(upgrade) &&
    !hasBody(request)
  );
}

/** What a refusal or any other plain answer is written to; its connection is not used again. */
export function responseOn(client: Socket, request: IncomingMessage): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(client);
  client.on('drain', () => response.emit('drain'));
  response.once('finish', () => client.destroySoon());
  return response;
}

/** From here on both sides talk as they like until one ends. */
export function join(
  { client, head, protocol }: Upgrade,
  { replica, headers }: { replica: Socket; headers: readonly string[] },
  ended: () => void,
): void {
  replica.on('error', () => replica.destroy());
  client.on('error', () => client.destroy());
  replica.once('close', () => {
    ended();
    client.destroySoon();
  });
  client.once('close', () => replica.destroy());
  client.write(headOf(protocol, headers), 'latin1');
  if (client.destroyed) return void replica.destroy();
  replica.write(head);
  client.pipe(replica);
  replica.pipe(client);
}

const FRAMING = new Set(['content-length', 'transfer-encoding']);

function headOf(protocol: string, headers: readonly string[]): string {
  const lines = ['HTTP/1.1 101 Switching Protocols', 'connection: Upgrade', `upgrade: ${protocol}`];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    if (!FRAMING.has(name.toLowerCase())) lines.push(`${name}: ${headers[i + 1]}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
