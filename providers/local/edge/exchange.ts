import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { cookieOf } from './cookie.ts';
import { requestHeaders, responseHeaders } from './headers.ts';
import type { Lane } from './lane.ts';
import { refuse } from './refusal.ts';
import type { Switchboard } from './switchboard.ts';
import type { Tallies, Tally } from './tally.ts';
import type { Upstream } from './upstream.ts';

const RELEASE_HEADER = 'x-deployctl-release';

/** May be sent again when nothing of an answer has come: the same request twice does what it does once. */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
const MOST_TRIES = 3;

export interface Desk {
  readonly board: Switchboard;
  readonly tallies: Tallies;
}

/** One request on its way through: handed to replicas until one answers, then streamed back. */
export class Exchange implements Dispatcher.DispatchHandler {
  #desk: Desk;
  #request: IncomingMessage;
  #response: ServerResponse;
  #lane: Lane;
  #upstream: Upstream | null = null;
  #tried: Upstream[] | null = null;
  #abort: ((reason?: Error) => void) | null = null;
  #began = performance.now();
  #hasBody: boolean;
  #answering = false;
  #gone = false;
  #resume: (() => void) | null = null;

  constructor(desk: Desk, lane: Lane, request: IncomingMessage, response: ServerResponse) {
    this.#desk = desk;
    this.#lane = lane;
    this.#request = request;
    this.#response = response;
    const { headers } = request;
    const length = headers['content-length'];
    this.#hasBody =
      headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
    response.on('close', () => this.#closed());
  }

  send(upstream: Upstream): void {
    this.#upstream = upstream;
    upstream.inFlight++;
    const { method, url } = this.#request;
    upstream.pool.dispatch(
      {
        path: url as string,
        method: method as Dispatcher.HttpMethod,
        headers: requestHeaders(this.#request),
        body: this.#hasBody ? this.#request : null,
      },
      this,
    );
  }

  onConnect(abort: (reason?: Error) => void): void {
    this.#abort = abort;
    if (this.#gone) abort();
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void): boolean {
    if (status < 200) return true;
    this.#answering = true;
    this.#resume = resume;
    const headers = responseHeaders(raw);
    headers.push(RELEASE_HEADER, this.#lane.release);
    const { sticky } = this.#desk.board.table;
    if (sticky) remember(headers, { ...sticky, release: this.#lane.release }, this.#request);
    this.#response.writeHead(status, headers);
    return true;
  }

  onData(chunk: Buffer): boolean {
    if (this.#response.write(chunk)) return true;
    this.#response.once('drain', this.#resume as () => void);
    return false;
  }

  onComplete(): void {
    this.#response.end();
    const now = performance.now();
    this.#tally.answered(this.#response.statusCode, now, now - this.#began);
    this.#leave();
  }

  onError(error: Error): void {
    this.#leave();
    const { destroyed, complete } = this.#request;
    if (this.#gone || (destroyed && !complete)) return;
    if (isUnsendable(error)) {
      // Not one byte reached a replica: it cannot be to blame.
      this.#desk.tallies.refuse(400);
      refuse(this.#response, 400, 'Bad request: it cannot be passed on as it is.');
      return;
    }
    if (this.#answering) {
      this.#broke();
      this.#response.destroy();
    } else if (!this.#again(error)) {
      this.#broke();
      refuse(this.#response, isTimeout(error) ? 504 : 502, wordsFor(error, this.#lane.release));
    }
  }

  /** On another replica of the release first, then on another release that serves. */
  #again(error: Error): boolean {
    const refused = isRefused(error);
    const repeatable = !this.#hasBody && REPEATABLE.has(this.#request.method as string);
    if (!refused && !(repeatable && !isTimeout(error))) return false;
    this.#tried = [...(this.#tried ?? []), this.#upstream as Upstream];
    if (this.#tried.length >= MOST_TRIES) return false;
    let upstream = this.#lane.pick(this.#tried);
    if (!upstream) {
      const lane = this.#desk.board.fallback(this.#tried);
      upstream = lane?.pick(this.#tried) ?? null;
      if (!lane || !upstream) return false;
      // Its users were saved by another release; its failure still counts against it.
      this.#broke();
      this.#lane = lane;
    }
    this.#tally.retried++;
    this.send(upstream);
    return true;
  }

  get #tally(): Tally {
    return this.#desk.tallies.of(this.#lane.release);
  }

  #broke(): void {
    const now = performance.now();
    this.#tally.broke(now, now - this.#began);
  }

  #leave(): void {
    this.#upstream?.leave();
  }

  /** The client left before its answer was complete: nobody's error. */
  #closed(): void {
    if (this.#response.writableFinished || this.#gone) return;
    this.#gone = true;
    this.#tally.aborted++;
    this.#abort?.(new Error('the client is gone'));
  }
}

interface Stickiness {
  readonly cookie: string;
  readonly maxAge: number;
  readonly release: string;
}

/** Only when the client does not say it already: an answer with a cookie is not cached. */
function remember(
  headers: string[],
  { cookie, maxAge, release }: Stickiness,
  request: IncomingMessage,
): void {
  if (cookieOf(request, cookie) === release) return;
  const age = Math.round(maxAge / 1000);
  headers.push(
    'set-cookie',
    `${cookie}=${release}; Max-Age=${age}; Path=/; HttpOnly; SameSite=Lax`,
  );
}

const codeOf = (error: Error) => (error as NodeJS.ErrnoException).code ?? '';

/** Not one byte was sent. */
function isRefused(error: Error): boolean {
  return codeOf(error) === 'ECONNREFUSED' || codeOf(error) === 'UND_ERR_CONNECT_TIMEOUT';
}

/** The client library would not even write it. */
function isUnsendable(error: Error): boolean {
  return codeOf(error) === 'UND_ERR_INVALID_ARG' || codeOf(error) === 'UND_ERR_NOT_SUPPORTED';
}

function isTimeout(error: Error): boolean {
  return codeOf(error) === 'UND_ERR_HEADERS_TIMEOUT' || codeOf(error) === 'UND_ERR_BODY_TIMEOUT';
}

function wordsFor(error: Error, release: string): string {
  if (isTimeout(error)) return `Gateway timeout: release ${release} did not answer in time.`;
  return `Bad gateway: release ${release} could not be reached (${codeOf(error) || error.message}).`;
}
