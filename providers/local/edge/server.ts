import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Desk, Exchange } from './exchange.ts';
import { CONNECT_FAULT, faultOf, statusOf } from './faults.ts';
import { hangUp, refuse, refuseAndClose } from './refusal.ts';
import { openTunnel } from './tunnel.ts';

/** Longer than what proxies and browsers in front keep idle, so that they close first. */
const IDLE_CONNECTION = 72_000;

export function proxyServer(desk: Desk): Server {
  const server = createServer(
    {
      keepAliveTimeout: IDLE_CONNECTION,
      requestTimeout: 0,
      noDelay: true,
      // Asked for in our own words, and counted.
      requireHostHeader: false,
    },
    (request, response) => pass(desk, request, response),
  );
  server.on('upgrade', (request, socket, head) => {
    const fault = faultOf(request);
    if (fault) turnAway(desk, socket as Socket, fault.status);
    else openTunnel(desk, request, socket as Socket, head);
  });
  server.on('connect', (_request, socket) =>
    turnAway(desk, socket as Socket, CONNECT_FAULT.status),
  );
  server.on('clientError', (error, socket) => {
    if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') socket.destroy();
    else turnAway(desk, socket as Socket, statusOf(error));
  });
  return server;
}

function turnAway({ tallies }: Desk, socket: Socket, status: number): void {
  tallies.refuse(status);
  socket.on('error', () => socket.destroy());
  hangUp(socket, status);
}

function pass(desk: Desk, request: IncomingMessage, response: ServerResponse): void {
  const fault = faultOf(request);
  if (fault) {
    desk.tallies.refuse(fault.status);
    refuseAndClose(response, fault);
    return;
  }
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
