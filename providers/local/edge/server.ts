import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { clientOf, trustOf } from './client-address.ts';
import { ClientConnection, type Crowd } from './connection.ts';
import { Exchange, type Passage } from './exchange.ts';
import { CONNECT_FAULT, faultOf, faultsStatusOf } from './faults.ts';
import { chainOf } from './headers.ts';
import { LIMITS, type Limits } from './limits.ts';
import { EdgeListener } from './listener.ts';
import { refuse, refuseAndClose } from './refusal.ts';
import type { RequestContext } from './request-context.ts';
import { streamServer } from './streams.ts';
import { responseOn } from './tunnel.ts';

type Parts = Pick<RequestContext, 'board' | 'tallies'> & Partial<RequestContext>;

/** The server that all traffic comes through, and the context whose settings may be changed. */
export function proxyServer({ board, tallies, ...given }: Parts): EdgeListener {
  return openListener({
    board,
    tallies,
    limits: LIMITS,
    trust: trustOf(undefined),
    log: null,
    ...given,
  });
}

export function openListener(context: RequestContext): EdgeListener {
  const streams = streamServer(context, (request, response, from) =>
    pass(context, { request, response, from, upgrade: null }),
  );
  const http = httpServer(context);
  return new EdgeListener(context, { http, streams });
}

/** What the config sets, from the next connection on. */
export function setLimits(listener: EdgeListener, limits: Limits): void {
  Object.assign(listener.behind.http, serverTimesOf(limits));
  listener.limit();
}

function httpServer(context: RequestContext): Server {
  const crowd: Crowd = {
    context,
    waiting: 0,
    pass: (request, response, from) => pass(context, { request, response, from, upgrade: null }),
  };
  const connections = new WeakMap<object, ClientConnection>();
  const connectionOf = (socket: object) => connections.get(socket) as ClientConnection;
  const options = optionsOf(context.limits, (request) =>
    connectionOf(request.socket).mayUpgrade(request),
  );
  const server = createServer(options, (request: IncomingMessage, response: ServerResponse) =>
    connectionOf(request.socket).take(request, response),
  );
  Object.assign(server, { httpAllowHalfOpen: true });
  server.maxRequestsPerSocket = context.limits.requestsPerConnection;
  server.on('connection', (socket) => connections.set(socket, new ClientConnection(socket, crowd)));
  server.on('upgrade', (request, stream, head) => {
    const client = stream as Socket;
    const connection = connectionOf(client);
    // Only a Node that cannot be told to leave it comes here with what may not be.
    if (!connection.mayUpgrade(request)) return void connection.fail(501);
    client.on('error', () => client.destroy());
    const upgrade = { protocol: request.headers.upgrade as string, client, head };
    const response = responseOn(client, request);
    pass(context, { request, response, from: connection.origin, upgrade });
  });
  server.on('connect', (_request, socket) => connectionOf(socket).fail(CONNECT_FAULT.status));
  server.on('clientError', (error, socket) => {
    if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') socket.destroy();
    else connectionOf(socket)?.fail(faultsStatusOf(error));
  });
  return server;
}

interface EdgeServerOptions extends ServerOptions {
  /** Newer than the types. */
  readonly shouldUpgradeCallback: (request: IncomingMessage) => boolean;
}

const serverTimesOf = (limits: Limits) => ({
  keepAliveTimeout: limits.idle,
  headersTimeout: limits.head,
  requestTimeout: limits.request,
  maxHeaderSize: limits.headBytes,
  maxRequestsPerSocket: limits.requestsPerConnection,
});

function optionsOf(
  limits: Limits,
  shouldUpgradeCallback: EdgeServerOptions['shouldUpgradeCallback'],
): EdgeServerOptions {
  const { maxRequestsPerSocket: _, ...times } = serverTimesOf(limits);
  return {
    ...times,
    shouldUpgradeCallback,
    connectionsCheckingInterval: limits.look,
    noDelay: true,
    // Asked for in our own words, and counted.
    requireHostHeader: false,
  };
}

function pass(context: RequestContext, passage: Passage): void {
  const { request, response } = passage;
  const fault = faultOf(request);
  const lane = fault ? null : context.board.laneFor(request);
  const upstream = lane?.pick(null);
  const exchange = lane && upstream ? new Exchange(context, lane, passage) : null;
  if (context.log) record(context, passage, exchange);
  if (exchange && upstream) exchange.begin(upstream);
  else if (fault) {
    context.tallies.refuse(fault.status);
    refuseAndClose(response, fault);
  } else serverUnserved(context, response);
}

function serverUnserved({ board }: RequestContext, response: Passage['response']): void {
  const { split } = board.table;
  refuse(
    response,
    503,
    split
      ? 'Service unavailable: no replica is ready.'
      : 'Service unavailable: no release gets traffic yet.',
  );
}

/** As nginx writes down a client that did not wait for its answer. */
const CLIENT_LEFT = 499;

/** One line when it is over, whatever came of it. */
function record(
  { log, trust }: RequestContext,
  { request, response, from }: Passage,
  exchange: Exchange | null,
) {
  const began = performance.now();
  const client = clientOf(from, chainOf(request), trust);
  response.on('close', () =>
    log?.write({
      client,
      request,
      status: response.headersSent ? response.statusCode : CLIENT_LEFT,
      bytes: exchange?.bytes ?? 0,
      ms: performance.now() - began,
      release: exchange?.release ?? null,
    }),
  );
}
