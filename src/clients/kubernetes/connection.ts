import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { type Credentials, credentialsOf } from './credentials.ts';
import { failureUnanswered, refused } from './failure.ts';
import type { KubeconfigDoor } from './kubeconfig.ts';
import { upgradingWireTo, type Wire, type WireAnswer, wireTo } from './wire/index.ts';

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
  #wire: Promise<Wire> | null = null;
  #upgrades: Promise<Dispatcher> | null = null;
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
    const used = this.#known();
    const answer = await this.#send(asked);
    if (answer.status !== 401) return this.#taken(asked, answer);
    this.#renew(used);
    return this.#taken(asked, await this.#send(asked));
  }

  /** An answer that goes on, line by line, until the server or the signal ends it. */
  async *lines({ path, query, signal }: KubernetesLinesAsked): AsyncGenerator<string> {
    const asked = { method: 'GET', path, query, signal, isEndless: true } as const;
    const used = this.#known();
    let answer = await this.#open(asked);
    if (answer.status === 401) {
      answer.body.destroy();
      this.#renew(used);
      answer = await this.#open(asked);
    }
    const { status, body } = answer;
    if (status >= 300) {
      const what = kubernetesConnectionWordsFor('GET', path);
      throw refused({
        status,
        text: await textOfAnswer(body),
        retryAfter: undefined,
        what,
        isWrite: false,
      });
    }
    let rest = '';
    body.setEncoding('utf8');
    for await (const part of body) {
      const lines = `${rest}${part}`.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  }

  async close(): Promise<void> {
    this.users -= 1;
    if (this.users > 0) return;
    this.#closed();
    const ended = this.#forget().map(async (open) => (await open).destroy());
    await Promise.allSettled(ended);
  }

  /** For what is no plain request: an upgrade to another protocol. */
  async upgrading(): Promise<{ dispatcher: Dispatcher; headers: Credentials['headers'] }> {
    const credentials = await this.#known();
    this.#upgrades ??= upgradingWireTo(this.door, credentials).catch((error) => {
      this.#upgrades = null;
      throw error;
    });
    return { dispatcher: await this.#upgrades, headers: credentials.headers };
  }

  /** A program or a file that fails is asked again by the next call: it may have failed only for a moment. */
  #known(): Promise<Credentials> {
    if (this.#credentials) return this.#credentials;
    const credentials = credentialsOf(this.door);
    credentials.catch(() => {
      if (this.#credentials === credentials) this.#credentials = null;
    });
    this.#credentials = credentials;
    return credentials;
  }

  #wired(credentials: Credentials): Promise<Wire> {
    this.#wire ??= wireTo(this.door, credentials).catch((error) => {
      this.#wire = null;
      throw error;
    });
    return this.#wire;
  }

  async #open({
    method,
    path,
    query,
    body,
    contentType = 'application/json',
    accept = 'application/json',
    signal,
    isEndless,
  }: KubernetesConnectionAsked & { readonly isEndless?: true }): Promise<WireAnswer> {
    const credentials = await this.#known();
    const wire = await this.#wired(credentials);
    this.calls += 1;
    try {
      return await wire.send({
        method,
        path: withQuery(withPrefix(this.door, path), query),
        headers: {
          accept,
          'user-agent': 'deployctl',
          ...credentials.headers,
          ...(body === undefined ? {} : { 'content-type': contentType }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal,
        ...(isEndless ? { isEndless } : {}),
      });
    } catch (error) {
      throw failureUnanswered(error, kubernetesConnectionWordsFor(method, path), method !== 'GET');
    }
  }

  async #send(asked: KubernetesConnectionAsked): Promise<KubernetesConnectionAnswer> {
    const { status, headers, body } = await this.#open(asked);
    const { method, path } = asked;
    const said = await textOfAnswer(body).catch((error: unknown) => {
      throw failureUnanswered(error, kubernetesConnectionWordsFor(method, path), method !== 'GET');
    });
    const date = Date.parse(String(headers.date ?? ''));
    return { status, text: said, date, retryAfter: headers['retry-after'] as string | undefined };
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
  #renew(used: Promise<Credentials>): void {
    if (this.#credentials !== used) return;
    for (const open of this.#forget()) open.then((wire) => wire.close()).catch(() => {});
  }

  /** Gives what was opened with these credentials to whoever ends it. */
  #forget(): readonly Promise<KubernetesConnectionOpened>[] {
    const open = [this.#wire, this.#upgrades].filter((one) => one !== null);
    this.#wire = null;
    this.#upgrades = null;
    this.#credentials = null;
    return open;
  }
}

interface KubernetesConnectionOpened {
  close(): unknown;
  destroy(): unknown;
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

async function textOfAnswer(body: Readable): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of body) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

const withQuery = (path: string, query: KubernetesConnectionAsked['query'] = {}) => {
  const words = new URLSearchParams(query).toString();
  return words ? `${path}?${words}` : path;
};

/** A cluster may be behind a path of a gateway: `https://host/k8s/clusters/c-1`. */
export const withPrefix = ({ cluster }: KubeconfigDoor, path: string) =>
  new URL(cluster.server).pathname.replace(/\/$/, '') + path;

/** `PATCH deployments/web`: the end of the path is what people know. */
export const kubernetesConnectionWordsFor = (method: string, path: string) =>
  `${method} ${path.split('/').slice(-2).join('/')}`;
