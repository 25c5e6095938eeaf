import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Desk } from './exchange.ts';
import { requestHeaders } from './headers.ts';
import type { Lane } from './lane.ts';
import { hangUp } from './refusal.ts';
import type { Upstream } from './upstream.ts';

/** An upgrade: after the request head, both sides talk as they like until one ends. */
export function openTunnel(
  desk: Desk,
  request: IncomingMessage,
  client: Socket,
  head: Buffer,
): void {
  client.on('error', () => client.destroy());
  const lane = desk.board.laneFor(request);
  const upstream = lane?.pick(null);
  if (lane && upstream) attempt({ desk, request, client, head, tried: [] }, lane, upstream);
  else hangUp(client, 503);
}

const MOST_TRIES = 3;

interface Call {
  readonly desk: Desk;
  readonly request: IncomingMessage;
  readonly client: Socket;
  readonly head: Buffer;
  readonly tried: readonly Upstream[];
}

function attempt(call: Call, lane: Lane, upstream: Upstream): void {
  const { client } = call;
  const began = performance.now();
  const replica = connect({ host: '127.0.0.1', port: upstream.port, noDelay: true });
  let connected = false;
  upstream.inFlight++;
  const clientLeft = () => replica.destroy();
  client.once('close', clientLeft);
  replica.on('connect', () => {
    connected = true;
    replica.write(headOf(call.request));
    replica.write(call.head);
    client.pipe(replica);
    relay(call, lane, { replica, began });
  });
  replica.on('error', () => replica.destroy());
  replica.on('close', () => {
    upstream.leave();
    client.off('close', clientLeft);
    if (connected) client.destroySoon();
    else if (!client.destroyed) again({ ...call, tried: [...call.tried, upstream] }, lane);
  });
}

function again(call: Call, lane: Lane): void {
  const next = lane.pick(call.tried) ? lane : call.desk.board.fallback(call.tried);
  const upstream = next?.pick(call.tried);
  if (next && upstream && call.tried.length < MOST_TRIES) {
    attempt(call, next, upstream);
    return;
  }
  const now = performance.now();
  call.desk.tallies.of(lane.release).broke(now, 0);
  hangUp(call.client, 502);
}

/** Counted by its first answer: how long a tunnel stays open says nothing about the release. */
function relay(
  { desk, client }: Call,
  lane: Lane,
  { replica, began }: { replica: Socket; began: number },
): void {
  const tally = desk.tallies.of(lane.release);
  const unanswered = () => {
    if (!client.destroyed) tally.broke(performance.now(), performance.now() - began);
  };
  replica.once('close', unanswered);
  replica.once('data', (chunk: Buffer) => {
    replica.off('close', unanswered);
    const status = Number(chunk.toString('latin1', 9, 12));
    tally.answered(status || 101, performance.now(), performance.now() - began);
    if (status !== 101) {
      // No upgrade after all: one plain answer, and the connection is not used again past the split.
      client.unpipe(replica);
      replica.end();
    }
    client.write(status === 101 ? chunk : closing(chunk));
    replica.pipe(client);
  });
}

/** The head of an answer with `connection: close` in place of what it said. */
function closing(chunk: Buffer): Buffer {
  const end = chunk.indexOf('\r\n\r\n');
  if (end < 0) return chunk;
  const lines = chunk.toString('latin1', 0, end).split('\r\n');
  const kept = lines.filter((line) => !/^(connection|keep-alive):/i.test(line));
  return Buffer.concat([
    Buffer.from([...kept, 'connection: close'].join('\r\n'), 'latin1'),
    chunk.subarray(end),
  ]);
}

function headOf(request: IncomingMessage): string {
  const headers = requestHeaders(request);
  const lines = [`${request.method} ${request.url} HTTP/1.1`];
  for (let i = 0; i < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`);
  return `${lines.join('\r\n')}\r\nconnection: Upgrade\r\nupgrade: ${request.headers.upgrade}\r\n\r\n`;
}
