import { ProviderError, type Secret } from '../../../src/contract/index.ts';
import { failureOf, lost, retryAfter, VercelError } from './failure.ts';

export interface Asking {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  /** Sent as it is. */
  readonly bytes?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export interface ApiOptions {
  readonly base: string;
  readonly token: Secret;
  /** Goes with every request; null for the account of the token. */
  readonly team: string | null;
  /** Ms for which one reading serves all who ask the same; any change ends it. */
  readonly shared: number;
  /** Ms that only grow. */
  readonly now: () => number;
}

interface Reading {
  readonly at: number;
  readonly answer: Promise<unknown>;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** Vercel's API: one request, one answer, failures by their class. */
export class Api {
  #options: ApiOptions;
  #readings = new Map<string, Reading>();

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  /** The answer's JSON; null for an answer without a body. */
  async ask(method: Method, path: string, asking: Asking = {}): Promise<unknown> {
    const url = this.#urlOf(path, asking);
    if (method === 'GET') return this.#read(url, asking);
    this.#readings.clear();
    try {
      return await this.#answered(method, url, asking);
    } finally {
      this.#readings.clear();
    }
  }

  async #read(url: URL, asking: Asking): Promise<unknown> {
    const { shared, now } = this.#options;
    const known = this.#readings.get(url.href);
    if (known && now() - known.at < shared) {
      const seen = await known.answer.then(
        (answer) => ({ answer }),
        () => null,
      );
      // Whoever asked first may have been in less of a mood to wait.
      if (seen) return seen.answer;
    }
    const answer = this.#answered('GET', url, asking);
    const reading = { at: now(), answer };
    this.#readings.set(url.href, reading);
    answer.catch(() => {
      if (this.#readings.get(url.href) === reading) this.#readings.delete(url.href);
    });
    return answer;
  }

  async #answered(method: Method, url: URL, asking: Asking): Promise<unknown> {
    const asked = `${method} ${url.pathname}`;
    const writes = method !== 'GET';
    const response = await this.#send(method, url, asking).catch((error: unknown) => {
      throw lost(error, asked, writes);
    });
    const text = await response.text().catch((error: unknown) => {
      throw lost(error, asked, writes);
    });
    if (response.ok) return vercelParsed(text, asked, writes);
    throw new VercelError(failureOf(response.status, writes), {
      status: response.status,
      error: errorIn(text),
      retryAfter: retryAfter(response.headers),
      asked,
    });
  }

  #urlOf(path: string, { query }: Asking): URL {
    const url = new URL(`${this.#options.base}${path}`);
    const all = { ...query, ...this.#team() };
    for (const [name, value] of Object.entries(all))
      if (value !== undefined) url.searchParams.set(name, String(value));
    return url;
  }

  #send(method: Method, url: URL, { body, bytes, headers, signal }: Asking) {
    const { token } = this.#options;
    const content = bytes ?? (body === undefined ? undefined : JSON.stringify(body));
    return fetch(url, {
      method,
      redirect: 'error',
      ...(signal ? { signal } : {}),
      ...(content === undefined ? {} : { body: content }),
      headers: {
        authorization: `Bearer ${token.reveal()}`,
        'user-agent': 'deployctl',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(bytes === undefined ? {} : { 'content-type': 'application/octet-stream' }),
        ...headers,
      },
    });
  }

  /** Ids and slugs go by different names. */
  #team(): Readonly<Record<string, string>> {
    const { team } = this.#options;
    if (team === null) return {};
    return team.startsWith('team_') ? { teamId: team } : { slug: team };
  }
}

function vercelParsed(text: string, asked: string, writes: boolean): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ProviderError(writes ? 'unknown' : 'transient', `no JSON in the answer to ${asked}`, {
      cause,
    });
  }
}

function errorIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === 'object' && error !== null ? { ...error } : {};
  } catch {
    return {};
  }
}
