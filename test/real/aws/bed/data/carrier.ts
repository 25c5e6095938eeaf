import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Target, Targets } from '../targets.ts';

/** Carries requests to targets, and cuts those that outlast a deregistration delay. */
export class Carrier {
  #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  #open = new Map<Target, Set<Socket>>();
  #targets: Targets;

  constructor(targets: Targets) {
    this.#targets = targets;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Requests that have their target, and no answer yet. */
  get underWay(): number {
    return [...this.#open.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** The target is gone: what is still under way to it breaks off. */
  cut(target: Target): void {
    for (const socket of this.#open.get(target) ?? []) socket.destroy();
    this.#open.delete(target);
  }

  carry(
    asked: IncomingMessage,
    answer: ServerResponse,
    way: { readonly target: Target; readonly cookie: string | null },
  ): void {
    const body: Buffer[] = [];
    asked.on('data', (chunk) => body.push(chunk));
    asked.on('end', () => this.#send({ asked, answer, ...way, body: Buffer.concat(body) }));
  }

  #send(exchange: Exchange): void {
    const { asked, answer, target, cookie, body } = exchange;
    const { method, url: path, headers } = asked;
    const { id: host, port } = this.#targets.at(target);
    const up = request({
      host,
      port,
      method,
      path,
      headers,
      agent: this.#agent,
    });
    up.on('socket', (socket) => this.#keep(target, socket, answer));
    up.on('response', (from) => {
      const pin = cookie ? { 'set-cookie': cookie } : {};
      answer.writeHead(from.statusCode ?? 502, { ...from.headers, ...pin });
      from.pipe(answer);
      from.on('error', () => answer.destroy());
    });
    up.on('error', () => {
      // A kept connection that the target had just closed has carried nothing: it is tried once more.
      if (up.reusedSocket && !answer.headersSent) this.#send(exchange);
      else if (answer.headersSent) answer.destroy();
      else answer.writeHead(502).end('the target does not answer');
    });
    up.end(body);
  }

  #keep(target: Target, socket: Socket, answer: ServerResponse): void {
    const sockets = this.#open.get(target) ?? new Set();
    this.#open.set(target, sockets.add(socket));
    answer.on('close', () => sockets.delete(socket));
  }
}

interface Exchange {
  readonly asked: IncomingMessage;
  readonly answer: ServerResponse;
  readonly target: Target;
  readonly cookie: string | null;
  readonly body: Buffer;
}
