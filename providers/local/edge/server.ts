import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Desk, Exchange, refuse } from './exchange.ts';
import { openTunnel } from './tunnel.ts';

/** Longer than what proxies and browsers in front keep idle, so that they close first. */
const IDLE_CONNECTION = 72_000;

export function proxyServer(desk: Desk): Server {
  const server = createServer(
    { keepAliveTimeout: IDLE_CONNECTION, requestTimeout: 0, noDelay: true },
    (request, response) => pass(desk, request, response),
  );
  server.on('upgrade', (request, socket, head) =>
    openTunnel(desk, request, socket as Socket, head),
  );
  server.on('clientError', (_error, socket) => {
    if (socket.writable)
      socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
  return server;
}

function pass(desk: Desk, request: IncomingMessage, response: ServerResponse): void {
  const lane = desk.board.laneFor(request);
  const upstream = lane?.pick(null);
  if (lane && upstream) {
    new Exchange(desk, lane, request, response).send(upstream);
    return;
  }
  const { split } = desk.board.table;
  refuse(
    response,
    503,
    split
      ? 'Service unavailable: no replica is ready.'
      : 'Service unavailable: no release gets traffic yet.',
  );
}
