import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { authorityOf, credentialsOf } from '../../../src/clients/kubernetes/credentials.ts';
import { findDoor } from '../../../src/clients/kubernetes/index.ts';
import { KUBECONFIG } from './ground.ts';

/** What becomes of a request instead of its answer; `lost`: it is done, and nobody hears of it; `torn`: its answer ends in the middle; `hung`: nobody takes it up, and nobody says so. */
export type Fault = 'lost' | 'torn' | 'hung' | Refusal | null;

interface Refusal {
  readonly status: number;
  readonly retryAfter?: number;
}

export interface Asked {
  readonly method: string;
  readonly url: string;
}

/** The API server as it is for those who have no luck: it goes away, hurries people, loses answers, knows a token no more. */
export class UnluckyServer {
  /** Decides about each request. */
  fault: (asked: Asked) => Fault = () => null;
  /** The only one that it knows. */
  token = 'first';
  /** All that it was asked, each with the number of times that nobody waited for an answer before. */
  readonly heard: (Asked & { readonly round: number })[] = [];
  #waiting = 0;
  #rounds = 0;
  /** How many requests each fault has met. */
  met = 0;
  readonly kubeconfig: string;
  readonly #folder: string;
  readonly #server: Server;
  readonly #upstream: RequestOptions;
  readonly #sockets = new Set<Socket>();
  #port = 0;

  private constructor(folder: string, upstream: RequestOptions) {
    this.#folder = folder;
    this.kubeconfig = join(folder, 'kubeconfig');
    this.#upstream = upstream;
    this.#server = createServer((asked, answer) => this.#answer(asked, answer));
    this.#server.on('upgrade', (asked, socket, head) => this.#upgrade(asked, socket, head));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async open(): Promise<UnluckyServer> {
    const door = await findDoor(null, { KUBECONFIG });
    const { headers: _, ...keys } = await credentialsOf(door);
    const { hostname, port } = new URL(door.cluster.server);
    const agent = new Agent({ keepAlive: true, ca: await authorityOf(door), ...keys });
    const folder = await mkdtemp(join(tmpdir(), 'deployctl-unlucky-'));
    const server = new UnluckyServer(folder, { hostname, port, agent });
    await server.back();
    await server.giveToken('first', door.context);
    return server;
  }

  /** Writes what a client must have: the token lies in a file, as in a pod. */
  async giveToken(token: string, context?: string): Promise<void> {
    await writeFile(join(this.#folder, 'token'), token);
    if (context === undefined) return;
    const config = {
      'current-context': context,
      contexts: [{ name: context, context: { cluster: 'one', user: 'one' } }],
      clusters: [{ name: 'one', cluster: { server: `http://127.0.0.1:${this.#port}` } }],
      users: [{ name: 'one', user: { tokenFile: 'token' } }],
    };
    await writeFile(this.kubeconfig, JSON.stringify(config));
  }

  /** Nobody listens any more, and who was connected is cut off. */
  async away(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async back(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await this.away();
    (this.#upstream.agent as Agent).destroy();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #answer(asked: IncomingMessage, answer: ServerResponse): void {
    const { method = 'GET', url = '/', headers } = asked;
    if (this.#waiting === 0) this.#rounds += 1;
    this.#waiting += 1;
    answer.once('close', () => {
      this.#waiting -= 1;
    });
    this.heard.push({ method, url, round: this.#rounds });
    const knows = headers.authorization === `Bearer ${this.token}`;
    const fault: Fault = knows ? this.fault({ method, url }) : { status: 401 };
    if (fault !== null) this.met += 1;
    if (fault !== null && typeof fault === 'object') {
      refuse(answer, fault);
      return;
    }
    if (fault === 'hung') return void asked.resume();
    const onward = request(this.#onward(asked), (heard) => {
      if (fault === 'lost') return void heard.resume().on('end', () => answer.destroy());
      answer.writeHead(heard.statusCode ?? 500, heard.headers);
      if (fault === 'torn')
        return void heard.once('data', (chunk: Buffer) =>
          answer.write(chunk.subarray(0, chunk.length / 2), () => answer.destroy()),
        );
      heard.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    asked.pipe(onward);
  }

  #upgrade(asked: IncomingMessage, socket: Duplex, head: Buffer): void {
    const onward = request({ ...this.#onward(asked), agent: undefined, ...this.#keys() });
    onward.on('error', () => socket.destroy());
    onward.on('response', () => socket.destroy());
    onward.on('upgrade', (heard, there, first) => {
      const lines = Object.entries(heard.headers).map(([name, value]) => `${name}: ${value}`);
      socket.write(['HTTP/1.1 101 Switching Protocols', ...lines, '', ''].join('\r\n'));
      socket.write(first);
      there.write(head);
      there.pipe(socket).pipe(there);
      there.on('error', () => socket.destroy());
      socket.on('error', () => there.destroy()).on('close', () => there.destroy());
    });
    onward.end();
  }

  #onward({ method, url, headers }: IncomingMessage): RequestOptions {
    const { authorization: _, host: __, ...kept } = headers;
    return { ...this.#upstream, method, path: url, headers: kept };
  }

  #keys(): RequestOptions {
    const { ca, cert, key } = (this.#upstream.agent as Agent).options;
    return { ca, cert, key };
  }
}

const REASONS: Readonly<Record<number, string>> = {
  401: 'Unauthorized',
  409: 'Conflict',
  410: 'Expired',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
};

function refuse(answer: ServerResponse, { status: code, retryAfter }: Refusal): void {
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', code };
  answer.writeHead(code, { 'content-type': 'application/json', ...headers });
  answer.end(JSON.stringify({ ...status, reason: REASONS[code], message: REASONS[code] }));
}
