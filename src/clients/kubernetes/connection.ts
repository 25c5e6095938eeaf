import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { authorityOf, type Credentials, credentialsOf } from './credentials.ts';
import { failureUnanswered, refused } from './failure.ts';
import type { KubeconfigDoor } from './kubeconfig.ts';

export interface KubernetesConnectionAsked {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
  readonly contentType?: string | undefined;
  readonly accept?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface KubernetesConnectionAnswered {
  readonly text: string;
  /** By the server's clock, ms. */
  readonly date: number;
}

const SILENCE = 12_000;
const CONNECTION_KEPT_MS = 30_000;
/** Calls that are under way together; a handshake takes longer than some of them one after the other. */
const CONNECTIONS = 6;

/** Nothing may be said for long, and none waits for another. */
const LONG_ANSWERS: Agent.Options = { connections: null, bodyTimeout: 0 };

/** Journal and provider speak to the same server in one command. */
const OPEN = new Map<string, ClusterConnection>();

export function connectionTo(door: KubeconfigDoor): ClusterConnection {
  const key = JSON.stringify([door.cluster, door.user]);
  const open = OPEN.get(key) ?? new ClusterConnection(door, () => OPEN.delete(key));
  OPEN.set(key, open);
  open.users += 1;
  return open;
}

/** The wire to one API server: connections that are kept, and credentials that are renewed once when refused. */
export class ClusterConnection {
  readonly door: KubeconfigDoor;
  #dispatcher: Dispatcher | null = null;
  /** For answers that go on: they would take the connections of all others. */
  #long: Dispatcher | null = null;
  #credentials: Promise<Credentials> | null = null;
  /** How often it asked; printed by tests and benchmarks. */
  calls = 0;

  /** Whoever is the last to close it ends its connections. */
  users = 0;
  readonly #closed: () => void;

  constructor(door: KubeconfigDoor, closed: () => void) {
    this.door = door;
    this.#closed = closed;
  }

  async ask(asked: KubernetesConnectionAsked): Promise<KubernetesConnectionAnswered> {
    await this.wire();
    const used = this.#credentials;
    const answer = await this.#send(asked);
    if (answer.status !== 401) return this.#taken(asked, answer);
    this.#renew(used);
    return this.#taken(asked, await this.#send(asked));
  }

  /** An answer that goes on, line by line, until the server or the signal ends it. */
  async *lines(asked: KubernetesLinesAsked): AsyncGenerator<string> {
    await this.wire();
    const used = this.#credentials;
    let answer = await this.#open(asked);
    if (answer.statusCode === 401) {
      await answer.body.dump();
      this.#renew(used);
      answer = await this.#open(asked);
    }
    const status = answer.statusCode;
    if (status >= 300) {
      const text = await answer.body.text();
      const what = kubernetesConnectionWordsFor('GET', asked.path);
      throw refused({ status, text, retryAfter: undefined, what, isWrite: false });
    }
    let rest = '';
    answer.body.setEncoding('utf8');
    for await (const part of answer.body) {
      const lines = `${rest}${part}`.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  }

  async #open({ path, query, signal }: KubernetesLinesAsked): Promise<Dispatcher.ResponseData> {
    const { headers } = await this.#known();
    this.#long ??= await dispatcherTo(this.door, await this.#known(), LONG_ANSWERS);
    this.calls += 1;
    return this.#long
      .request({
        origin: this.door.cluster.server,
        path: withPrefix(this.door, path),
        method: 'GET',
        query,
        headers: { accept: 'application/json', 'user-agent': 'deployctl', ...headers },
        signal,
      })
      .catch((error: unknown) => {
        throw failureUnanswered(error, kubernetesConnectionWordsFor('GET', path), false);
      });
  }

  async close(): Promise<void> {
    this.users -= 1;
    if (this.users > 0) return;
    this.#closed();
    await Promise.all(this.#forget().map((one) => one.destroy()));
  }

  /** For what is no plain request: an upgrade to another protocol. */
  async wire(): Promise<{ dispatcher: Dispatcher; headers: Readonly<Record<string, string>> }> {
    const credentials = await this.#known();
    this.#dispatcher ??= await dispatcherTo(this.door, credentials);
    return { dispatcher: this.#dispatcher, headers: credentials.headers };
  }

  #known(): Promise<Credentials> {
    this.#credentials ??= credentialsOf(this.door);
    return this.#credentials;
  }

  async #send({
    method,
    path,
    query,
    body,
    contentType,
    accept,
    signal,
  }: KubernetesConnectionAsked): Promise<KubernetesConnectionAnswer> {
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
      throw failureUnanswered(error, kubernetesConnectionWordsFor(method, path), method !== 'GET');
    }
  }

  #taken(
    { method, path }: KubernetesConnectionAsked,
    { status, text, date, retryAfter }: KubernetesConnectionAnswer,
  ): KubernetesConnectionAnswered {
    if (status < 300) return { text, date };
    const what = kubernetesConnectionWordsFor(method, path);
    throw refused({ status, text, retryAfter, what, isWrite: method !== 'GET' });
  }

  /** Calls of others that are under way are let come to their ends, and renew nothing once more. */
  #renew(used: Promise<Credentials> | null): void {
    if (this.#credentials !== used) return;
    for (const old of this.#forget()) void old.close();
  }

  #forget(): readonly Dispatcher[] {
    const old = [this.#dispatcher, this.#long].filter((one) => one !== null);
    this.#dispatcher = null;
    this.#long = null;
    this.#credentials = null;
    return old;
  }
}

interface KubernetesLinesAsked {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

interface KubernetesConnectionAnswer {
  readonly status: number;
  readonly text: string;
  readonly date: number;
  readonly retryAfter: string | undefined;
}

/** A cluster may be behind a path of a gateway: `https://host/k8s/clusters/c-1`. */
export const withPrefix = ({ cluster }: KubeconfigDoor, path: string) =>
  new URL(cluster.server).pathname.replace(/\/$/, '') + path;

/** `PATCH deployments/web`: the end of the path is what people know. */
const kubernetesConnectionWordsFor = (method: string, path: string) =>
  `${method} ${path.split('/').slice(-2).join('/')}`;

async function dispatcherTo(
  door: KubeconfigDoor,
  { cert, key }: Credentials,
  more: Agent.Options = {},
): Promise<Dispatcher> {
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
    keepAliveTimeout: CONNECTION_KEPT_MS,
    ...more,
  };
  const proxy = cluster['proxy-url'];
  if (proxy) return new ProxyAgent({ uri: proxy, requestTls: tls, ...limits });
  return new Agent({ connect: { ...tls, timeout: SILENCE }, ...limits });
}
