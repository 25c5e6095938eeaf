import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Origin, plainAddress } from './client-address.ts';
import { hangUp } from './refusal.ts';
import type { RequestContext } from './request-context.ts';
import { mayUpgrade } from './tunnel.ts';

type Pass = (request: IncomingMessage, response: ServerResponse, from: Origin) => void;

/** What the access log says of something that was no request. */
const UNREAD = { request: null, bytes: 0, ms: 0, release: null };

/** What all connections share. */
export interface Crowd {
  readonly context: RequestContext;
  readonly pass: Pass;
  /** Requests that were sent ahead and wait for their turn. */
  waiting: number;
}

/**
 * One client's connection. Its requests are passed on one after the other, in the order they came,
 * and no more of them is read while one waits: a client that sends thousands ahead costs no more
 * than one that waits for its answers.
 */
export class ClientConnection {
  busy = false;
  readonly origin: Origin;
  #socket: Socket;
  #crowd: Crowd;
  #waiting: (() => void)[] = [];
  #newest: IncomingMessage | null = null;
  #response: ServerResponse | null = null;
  #failed = false;
  #taken = 0;

  constructor(socket: Socket, crowd: Crowd) {
    this.#socket = socket;
    this.#crowd = crowd;
    const address = socket.remoteAddress ?? '';
    const encrypted = 'encrypted' in socket;
    this.origin = { address, encrypted, trusted: crowd.context.trust(address) };
    // The http server reads on whenever it has finished with a request.
    socket.on('resume', () => {
      if (this.#waiting.length > 0) socket.pause();
    });
    socket.on('end', () => this.#halfClosed());
    socket.on('close', () => {
      crowd.waiting -= this.#waiting.length;
      this.#waiting = [];
    });
  }

  take(request: IncomingMessage, response: ServerResponse): void {
    this.#newest = request;
    // Otherwise the http server says that it closes, and does not.
    const last = ++this.#taken === this.#crowd.context.limits.requestsPerConnection;
    // What came behind an upgrade that is not made has been thrown away by the parser.
    if (last || request.headers.upgrade !== undefined) response.shouldKeepAlive = false;
    if (this.busy) this.#wait(() => this.#serve(request, response));
    else this.#serve(request, response);
  }

  /** Behind a request that is not answered yet, another protocol has to wait. */
  mayUpgrade(request: IncomingMessage): boolean {
    return !this.busy && mayUpgrade(request);
  }

  /** Nothing that follows can be understood. What came before is answered first. */
  fail(status: number): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#crowd.context.tallies.refuse(status);
    this.#crowd.context.log?.write({
      ...UNREAD,
      client: plainAddress(this.origin.address),
      status,
    });
    if (this.busy && this.#newest?.complete === false) this.#forget();
    if (this.busy) this.#wait(() => this.hangUp(status));
    else this.hangUp(status);
  }

  hangUp(status: number): void {
    if (this.#response?.headersSent && !this.#response.writableFinished) this.#socket.destroy();
    else hangUp(this.#socket, status, this.#crowd.context.limits.linger);
  }

  /** The request that broke off: where it waits it never gets its turn, else its turn is over. */
  #forget(): void {
    if (this.#waiting.pop()) this.#crowd.waiting--;
    else this.busy = false;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    this.busy = true;
    this.#response = response;
    response.once('close', this.#next);
    this.#crowd.pass(request, response, this.origin);
  }

  #wait(turn: () => void): void {
    if (this.#socket.destroyed) return;
    this.#waiting.push(turn);
    this.#socket.pause();
    if (++this.#crowd.waiting > this.#crowd.context.limits.ahead) this.#socket.destroy();
  }

  #next = (): void => {
    this.busy = false;
    const turn = this.#waiting.shift();
    if (!turn) return;
    this.#crowd.waiting--;
    turn();
    if (this.#waiting.length === 0) this.#socket.resume();
  };

  /** It either waits for its last answers or has left: only time tells. */
  #halfClosed(): void {
    if (!this.busy) return;
    setTimeout(() => {
      if (this.#response && !this.#response.headersSent) this.#socket.destroy();
    }, this.#crowd.context.limits.halfClosed).unref();
  }
}
