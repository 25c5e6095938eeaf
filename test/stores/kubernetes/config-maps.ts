import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** As much of an API server as keeps ConfigMaps by their names, and counts how often one is read. */
export class ConfigMaps {
  reads = 0;
  readonly #objects = new Map<string, object>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, answer) => void this.#answer(request, answer));
  }

  static async open(): Promise<ConfigMaps> {
    const maps = new ConfigMaps();
    maps.#server.listen(0, '127.0.0.1');
    await once(maps.#server, 'listening');
    return maps;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, answer: ServerResponse) {
    const { method = '', url = '' } = request;
    let text = '';
    for await (const part of request) text += part;
    const name = /configmaps\/([^?]+)/.exec(url)?.[1] ?? '';
    const say = (status: number, body: object) =>
      answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (method === 'GET') this.reads += 1;
    if (method === 'POST') {
      const body = JSON.parse(text) as { metadata: { name: string } };
      this.#objects.set(body.metadata.name, body);
      return say(201, body);
    }
    const found = this.#objects.get(name);
    if (!found) return say(404, { kind: 'Status', code: 404, reason: 'NotFound' });
    if (method === 'DELETE') this.#objects.delete(name);
    return say(200, found);
  }
}
