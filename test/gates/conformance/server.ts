import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Asked, Reply, Wire } from './wire.ts';

/** What the server does with a request that its API allows. */
export type Behaviour = (asked: Asked, response: ServerResponse) => Reply | null;

/** A server of an API, as strict as its documents, that can be made to misbehave. */
export class Fake {
  readonly asked: Asked[] = [];
  behaviour: Behaviour;
  readonly #wire: Wire;
  readonly #server;

  constructor(wire: Wire, behaviour: Behaviour) {
    this.#wire = wire;
    this.behaviour = behaviour;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked: Asked = {
      method: request.method ?? '',
      url: new URL(request.url ?? '/', 'http://fake'),
      headers: request.headers,
      body: await text(request),
    };
    this.asked.push(asked);
    const fault = this.#wire.fault(asked);
    const reply = fault
      ? this.#wire.error(400, `not as documented: ${fault}`)
      : this.behaviour(asked, response);
    if (!reply) return;
    response.writeHead(reply.status ?? 200, reply.headers).end(reply.body);
  }
}
