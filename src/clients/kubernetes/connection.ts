import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { authorityOf, type Credentials, credentialsOf } from './credentials.ts';
import { refused, unanswered } from './failure.ts';
import type { Door } from './kubeconfig.ts';

export interface Asked {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
  readonly contentType?: string | undefined;
  readonly accept?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Answered {
  readonly text: string;
  /** By the server's clock, ms. */
  readonly date: number;
}

const SILENCE = 12_000;
const KEPT = 30_000;
/** Reads that go out together; more would only be more handshakes. */
const CONNECTIONS = 8;

/** The wire to one API server: connections that are kept, and credentials that are renewed once when refused. */
export class Connection {
  readonly door: Door;
  #dispatcher: Dispatcher | null = null;
  #credentials: Promise<Credentials> | null = null;
  /** How often it asked; printed by tests and benchmarks. */
  calls = 0;

  constructor(door: Door) {
    this.door = door;
  }

  async ask(asked: Asked): Promise<Answered> {
    const answer = await this.#send(asked);
    if (answer.status !== 401) return this.#taken(asked, answer);
    await this.#forget();
    return this.#taken(asked, await this.#send(asked));
  }

  async close(): Promise<void> {
    await this.#forget();
  }

  /** For what is no plain request: an upgrade to another protocol. */
  async wire(): Promise<{ dispatcher: Dispatcher; headers: Readonly<Record<string, string>> }> {
    this.#credentials ??= credentialsOf(this.door);
    const credentials = await this.#credentials;
    this.#dispatcher ??= await dispatcherTo(this.door, credentials);
    return { dispatcher: this.#dispatcher, headers: credentials.headers };
  }

  async #send({ method, path, query, body, contentType, accept, signal }: Asked): Promise<Answer> {
    const { dispatcher, headers } = await this.wire();
    this.calls += 1;
    try {
      const answer = await dispatcher.request({
        origin: this.door.cluster.server,
        path: withPrefix(this.door, path),
        method,
        ...(query ? { query } : {}),
        headers: {
          accept: accept ?? 'application/json',
          'user-agent': 'deployctl',
          ...headers,
          ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      });
      return {
        status: answer.statusCode,
        text: await answer.body.text(),
        date: Date.parse(String(answer.headers.date ?? '')),
        retryAfter: answer.headers['retry-after'] as string | undefined,
      };
    } catch (error) {
      throw unanswered(error, wordsFor(method, path), method !== 'GET');
    }
  }

  #taken({ method, path }: Asked, { status, text, date, retryAfter }: Answer): Answered {
    if (status < 300) return { text, date };
    const what = wordsFor(method, path);
    throw refused({ status, text, retryAfter, what, isWrite: method !== 'GET' });
  }

  async #forget(): Promise<void> {
    const old = this.#dispatcher;
    this.#dispatcher = null;
    this.#credentials = null;
    await old?.destroy();
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly date: number;
  readonly retryAfter: string | undefined;
}

/** A cluster may be behind a path of a gateway: `https://host/k8s/clusters/c-1`. */
export const withPrefix = ({ cluster }: Door, path: string) =>
  new URL(cluster.server).pathname.replace(/\/$/, '') + path;

/** `PATCH deployments/web`: the end of the path is what people know. */
const wordsFor = (method: string, path: string) =>
  `${method} ${path.split('/').slice(-2).join('/')}`;

async function dispatcherTo(door: Door, { cert, key }: Credentials): Promise<Dispatcher> {
  const ca = await authorityOf(door);
  const { cluster } = door;
  const tls = {
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    ...(cluster['insecure-skip-tls-verify'] ? { rejectUnauthorized: false } : {}),
    ...(cluster['tls-server-name'] ? { servername: cluster['tls-server-name'] } : {}),
  };
  const limits = {
    connections: CONNECTIONS,
    headersTimeout: SILENCE,
    bodyTimeout: SILENCE,
    keepAliveTimeout: KEPT,
  };
  const proxy = cluster['proxy-url'];
  if (proxy) return new ProxyAgent({ uri: proxy, requestTls: tls, ...limits });
  return new Agent({ connect: { ...tls, timeout: SILENCE }, ...limits });
}
