import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RegistryOptions {
  /** User and password that its tokens are given for; anybody's where none are named. */
  readonly login?: string;
  readonly scheme?: 'bearer' | 'basic';
}

/** A registry as the distribution specification has it, as far as tags are looked up: it gives tokens, and digests for these. */
export class Registry {
  /** By `path:tag`. */
  readonly digests = new Map<string, string>();
  readonly asked: string[] = [];
  readonly #options: RegistryOptions;
  readonly #server: Server;

  private constructor(options: RegistryOptions) {
    this.#options = options;
    this.#server = createServer((request, answer) => this.#answer(request, answer));
  }

  static async open(options: RegistryOptions = {}): Promise<Registry> {
    const registry = new Registry(options);
    registry.#server.listen(0, '127.0.0.1');
    await once(registry.#server, 'listening');
    return registry;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer({ method = '', url = '', headers }: IncomingMessage, answer: ServerResponse): void {
    const { pathname, searchParams } = new URL(url, 'http://registry');
    this.asked.push(`${method} ${pathname}`);
    const { login, scheme = 'bearer' } = this.#options;
    const basic = login && `Basic ${Buffer.from(login).toString('base64')}`;
    if (pathname === '/token') {
      const isKnown = basic === undefined || headers.authorization === basic;
      answer.writeHead(isKnown ? 200 : 401, { 'content-type': 'application/json' });
      answer.end(JSON.stringify({ token: `for ${searchParams.get('scope')}` }));
      return;
    }
    const [, path = '', tag = ''] = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(pathname) ?? [];
    const scope = `repository:${path}:pull`;
    const wanted = scheme === 'basic' ? basic : `Bearer for ${scope}`;
    if (headers.authorization !== wanted) {
      const realm = `realm="http://${this.host}/token"`;
      const words = scheme === 'basic' ? realm : `${realm},service="registry",scope="${scope}"`;
      answer.writeHead(401, { 'www-authenticate': `${scheme} ${words}` }).end();
      return;
    }
    const digest = this.digests.get(`${path}:${tag}`);
    const takesIndexes = headers.accept?.includes('application/vnd.oci.image.index.v1+json');
    if (digest === undefined || !takesIndexes) return void answer.writeHead(404).end();
    answer.writeHead(200, { 'docker-content-digest': digest }).end();
  }
}
