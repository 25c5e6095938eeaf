import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import { Connection, type Crowd } from './connection.ts';
import type { Desk } from './desk.ts';
import { Exchange, type Passage } from './exchange.ts';
import { CONNECT_FAULT, faultOf, statusOf } from './faults.ts';
import { LIMITS, type Limits } from './limits.ts';
import { refuse, refuseAndClose } from './refusal.ts';
import { responseOn } from './tunnel.ts';

/** The server that all traffic comes through. */
export function proxyServer({
  limits = LIMITS,
  ...parts
}: Omit<Desk, 'limits'> & Partial<Desk>): Server {
  const desk: Desk = { ...parts, limits };
  const crowd: Crowd = {
    desk,
    waiting: 0,
    pass: (request, response) => pass(desk, { request, response, upgrade: null }),
  };
  const connections = new WeakMap<object, Connection>();
  const connectionOf = (socket: object) => connections.get(socket) as Connection;
  const options = optionsOf(limits, (request) => connectionOf(request.socket).mayUpgrade(request));
  const server = createServer(options, (request, response) =>
    connectionOf(request.socket).take(request, response),
  );
  // A client that sends no more still gets its answers.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.maxConnections = limits.connections;
  server.maxRequestsPerSocket = limits.requestsPerConnection;
  const admitted = admission(limits);
  server.on('connection', (socket) => {
    if (!admitted(socket)) return void socket.destroy();
    connections.set(socket, new Connection(socket, crowd));
  });
  server.on('upgrade', (request, stream, head) => {
    const client = stream as Socket;
    // Only a Node that cannot be told to leave it comes here with what may not be.
    if (!connectionOf(client).mayUpgrade(request)) return void connectionOf(client).fail(501);
    client.on('error', () => client.destroy());
    const upgrade = { protocol: request.headers.upgrade as string, client, head };
    pass(desk, { request, response: responseOn(client, request), upgrade });
  });
  server.on('connect', (_request, socket) => connectionOf(socket).fail(CONNECT_FAULT.status));
  server.on('clientError', (error, socket) => {
    if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') socket.destroy();
    else connectionOf(socket)?.fail(statusOf(error));
  });
  return server;
}

interface Options extends ServerOptions {
  /** Newer than the types. */
  readonly shouldUpgradeCallback: (request: IncomingMessage) => boolean;
}

function optionsOf(
  limits: Limits,
  shouldUpgradeCallback: Options['shouldUpgradeCallback'],
): Options {
  return {
    shouldUpgradeCallback,
    keepAliveTimeout: limits.idle,
    headersTimeout: limits.head,
    requestTimeout: limits.request,
    connectionsCheckingInterval: limits.look,
    maxHeaderSize: limits.headBytes,
    noDelay: true,
    // Asked for in our own words, and counted.
    requireHostHeader: false,
  };
}

/** Whether one more connection of this client is taken. */
function admission({ connectionsPerClient }: Limits): (socket: Socket) => boolean {
  const open = new Map<string, number>();
  return (socket) => {
    const client = socket.remoteAddress ?? '';
    const count = (open.get(client) ?? 0) + 1;
    if (count > connectionsPerClient) return false;
    open.set(client, count);
    socket.once('close', () => {
      const left = (open.get(client) as number) - 1;
      if (left > 0) open.set(client, left);
      else open.delete(client);
    });
    return true;
  };
}

function pass(desk: Desk, passage: Passage): void {
  const { request, response } = passage;
  const fault = faultOf(request);
  if (fault) {
    desk.tallies.refuse(fault.status);
    refuseAndClose(response, fault);
    return;
  }
  const lane = desk.board.laneFor(request);
  const upstream = lane?.pick(null);
  if (lane && upstream) {
    new Exchange(desk, lane, passage).begin(upstream);
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
