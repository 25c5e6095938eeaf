import { isProviderError, ProviderError, type Secret } from '../../../src/contract/index.ts';
import { failureOf, lost, retryAfter, VercelError } from './failure.ts';
import {
  type Content,
  type Received,
  sendContent,
  type UploadTarget,
  uploadTarget,
} from './upload.ts';

export interface Asking {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
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

interface ApiReading {
  /** When it was answered; while it is under way, when it was asked for. */
  at: number;
  readonly answer: Promise<unknown>;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** Vercel's API: one request, one answer, failures by their class. */
export class Api {
  #options: ApiOptions;
  #readings = new Map<string, ApiReading>();
  #uploads = new Map<string, UploadTarget>();

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  /** The answer's JSON; null for an answer without a body. */
  async ask(method: Method, path: string, asking: Asking = {}): Promise<unknown> {
    const url = this.#urlOf(path, asking.query);
    if (method === 'GET') return this.#read(url, asking);
    this.#readings.clear();
    try {
      return await answered({ method, url }, this.#send(method, url, asking));
    } finally {
      this.#readings.clear();
    }
  }

  /** No reading tells of what is uploaded: all of them stay. */
  async upload(
    path: string,
    content: Content,
    { headers, signal }: { headers: Readonly<Record<string, string>>; signal: AbortSignal },
  ): Promise<void> {
    const to = this.#uploads.get(path) ?? uploadTarget(this.#urlOf(path));
    this.#uploads.set(path, to);
    const type = { 'content-type': 'application/octet-stream' };
    const sending = { headers: { ...this.#who(), ...type, ...headers }, signal };
    await answered({ method: 'POST', url: to.url }, sendContent(to, content, sending));
  }

  /** Two paths with one answer: by a name, and by the id that it stands for. What was read of one is read of both. */
  alike(query: Asking['query'], one: string, other: string): void {
    const known = this.#readings.get(this.#urlOf(one, query).href);
    if (known) this.#readings.set(this.#urlOf(other, query).href, known);
  }

  /** What was read longer ago is read anew by whoever asks next: of these paths, or of all. */
  forget(ms: number, paths?: readonly string[]): void {
    const { now } = this.#options;
    const isMeant = (href: string) => paths?.includes(new URL(href).pathname) ?? true;
    for (const [href, { at }] of this.#readings)
      if (now() - at >= ms && isMeant(href)) this.#readings.delete(href);
  }

  /** What was read by another name of the team counts here, too. */
  learn(query: Asking['query'], path: string, answer: unknown): void {
    const reading = { at: this.#options.now(), answer: Promise.resolve(answer) };
    this.#readings.set(this.#urlOf(path, query).href, reading);
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
    const answer = answered({ method: 'GET', url }, this.#send('GET', url, asking));
    const reading = { at: now(), answer };
    this.#readings.set(url.href, reading);
    answer.then(
      () => {
        // However slow the way was: it says what was so at its end, or shortly before.
        reading.at = now();
      },
      () => {
        if (this.#readings.get(url.href) === reading) this.#readings.delete(url.href);
      },
    );
    return answer;
  }

  #urlOf(path: string, query: Asking['query'] = {}): URL {
    const url = new URL(`${this.#options.base}${path}`);
    const all = { ...query, ...this.#team() };
    for (const [name, value] of Object.entries(all))
      if (value !== undefined) url.searchParams.set(name, String(value));
    return url;
  }

  async #send(method: Method, url: URL, { body, signal }: Asking): Promise<Received> {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(url, {
      method,
      redirect: 'error',
      ...(signal ? { signal } : {}),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: { ...this.#who(), ...json },
    });
    const { status, headers } = response;
    return { status, text: await response.text(), header: (name) => headers.get(name) };
  }

  #who(): Readonly<Record<string, string>> {
    return {
      authorization: `Bearer ${this.#options.token.reveal()}`,
      'user-agent': 'deployctl',
    };
  }

  /** Ids and slugs go by different names. */
  #team(): Readonly<Record<string, string>> {
    const { team } = this.#options;
    if (team === null) return {};
    return team.startsWith('team_') ? { teamId: team } : { slug: team };
  }
}

async function answered(
  { method, url }: { method: Method; url: URL },
  sent: Promise<Received>,
): Promise<unknown> {
  const asked = `${method} ${url.pathname}`;
  const writes = method !== 'GET';
  const received = await sent.catch((error: unknown) => {
    throw isProviderError(error) ? error : lost(error, asked, writes);
  });
  const { status, text } = received;
  if (status >= 200 && status < 300) return vercelParsed(text, asked, writes);
  throw new VercelError(failureOf(status, writes), {
    status,
    error: errorIn(text),
    retryAfter: retryAfter(received),
    asked,
  });
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
