import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { parse, stringify } from 'yaml';

interface AdminKubeconfig {
  readonly clusters: readonly [
    {
      readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
    },
  ];
  readonly users: readonly [
    {
      readonly user: {
        readonly 'client-certificate-data': string;
        readonly 'client-key-data': string;
      };
    },
  ];
}

const decoded = (text: string) => Buffer.from(text, 'base64');

/** A way to the API server that counts what passes; a watch is one call, however long it lasts. */
export class ApiCounter {
  calls = 0;
  /** What was asked of which kind, how often. */
  readonly asked = new Map<string, number>();
  readonly #server: Server;
  readonly #agent: Agent;

  private constructor(server: Server, agent: Agent) {
    this.#server = server;
    this.#agent = agent;
  }

  /** Listens on the node's own address, which those in a network of their own reach too. */
  static async open(kubeconfig: string, address: string): Promise<ApiCounter> {
    const { clusters, users } = parse(await readFile(kubeconfig, 'utf8')) as AdminKubeconfig;
    const [{ cluster }] = clusters;
    const [{ user }] = users;
    const agent = new Agent({
      keepAlive: true,
      ca: decoded(cluster['certificate-authority-data']),
      cert: decoded(user['client-certificate-data']),
      key: decoded(user['client-key-data']),
    });
    const { hostname, port } = new URL(cluster.server);
    const server = createServer((asked, answered) => {
      counter.calls += 1;
      const what = wordsFor(asked);
      counter.asked.set(what, (counter.asked.get(what) ?? 0) + 1);
      const options = { hostname, port, agent, path: asked.url, method: asked.method };
      const sent = request({ ...options, headers: asked.headers }, (answer: IncomingMessage) => {
        answered.writeHead(answer.statusCode ?? 502, answer.headers);
        answered.flushHeaders();
        answer.pipe(answered);
      });
      sent.on('error', () => answered.destroy());
      answered.on('close', () => sent.destroy());
      asked.pipe(sent);
    });
    const counter = new ApiCounter(server, agent);
    server.listen(0, address);
    await once(server, 'listening');
    return counter;
  }

  /** A kubeconfig that leads this way, for whoever is to be counted. */
  async writeKubeconfig(file: string): Promise<void> {
    const { address, port } = this.#server.address() as AddressInfo;
    const cluster = { name: 'bench', cluster: { server: `http://${address}:${port}` } };
    const context = { name: 'bench', context: { cluster: 'bench', user: 'bench' } };
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'bench',
      clusters: [cluster],
      users: [{ name: 'bench', user: {} }],
      contexts: [context],
    };
    await writeFile(file, stringify(config), { mode: 0o600 });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** `GET pods`, `PATCH deployments/scale`: what is asked for, whatever it is called. */
function wordsFor({ method, url = '/' }: IncomingMessage): string {
  const { pathname, searchParams } = new URL(url, 'http://x');
  const [, kind = '', name, part] =
    /^\/apis?(?:\/[^/]*\.[^/]*|\/apps)?\/v[^/]+(?:\/namespaces\/[^/]+)?\/([^/]+)(?:\/([^/]+))?(?:\/(.+))?$/.exec(
      pathname,
    ) ?? [null, pathname];
  const isList = method === 'GET' && name === undefined;
  const verb = searchParams.has('watch') ? 'WATCH' : isList ? 'LIST' : method;
  return `${verb} ${part === undefined ? kind : `${kind}/${part}`}`;
}
