import type { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import type { Answer, AnswerAsked } from './answer.ts';
import { brokeOff, hasBody, watchBody } from './body.ts';
import type { Origin } from './client-address.ts';
import { isRefused, isTimeout, isUnsendable, wordsFor } from './failures.ts';
import { requestHeaders, responseHeaders } from './headers.ts';
import { passInterim } from './interim-answer.ts';
import type { Lane, Waiting } from './lane.ts';
import { refuse, refuseAndClose } from './refusal.ts';
import type { RequestContext } from './request-context.ts';
import type { Tally } from './request-counts.ts';
import { rememberSticky } from './sticky.ts';
import { join, type Upgrade } from './tunnel.ts';
import type { Upstream } from './upstream.ts';
import type { Wire } from './wire.ts';

const RELEASE_HEADER = 'x-deployctl-release';

/** May be sent again when nothing of an answer has come: the same request twice does what it does once. */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
const MOST_TRIES = 3;
/** Whatever length they name, it is that of an answer with a body. */
const BODILESS = new Set([204, 304]);

const BODY_STOPPED = { status: 408, words: 'Request timeout: the body did not come.' };

export interface Passage {
  readonly request: AnswerAsked;
  readonly response: Answer;
  readonly from: Origin;
  readonly upgrade: Upgrade | null;
}

/** One request on its way through: handed to replicas until one answers, then streamed back. */
export class Exchange implements Dispatcher.DispatchHandler, Waiting {
  gone = false;
  /** Of the answer's body, passed on. */
  bytes = 0;
  #context: RequestContext;
  #request: AnswerAsked;
  #response: Answer;
  #from: Origin;
  #upgrade: Upgrade | null;
  #lane: Lane;
  #upstream: Upstream | null = null;
  #wire: Wire | null = null;
  #tried: Upstream[] | null = null;
  #abort: ((reason?: Error) => void) | null = null;
  #began = performance.now();
  #hasBody: boolean;
  #answering = false;
  #finished = false;
  #resume: (() => void) | null = null;

  constructor(context: RequestContext, lane: Lane, { request, response, from, upgrade }: Passage) {
    this.#context = context;
    this.#lane = lane;
    this.#request = request;
    this.#response = response;
    this.#from = from;
    this.#upgrade = upgrade;
    this.#hasBody = hasBody(request);
    response.on('close', () => this.#closed());
    if (this.#hasBody) watchBody(request, context.limits.bodyIdle, () => this.#bodyStopped());
  }

  /** Now where there is room, else as soon as there is. */
  begin(upstream: Upstream): void {
    const { inFlightPerReplica, queued, queueTime } = this.#context.limits;
    if (upstream.inFlight < inFlightPerReplica) this.send(upstream, this.#lane);
    else if (this.#lane.queue.length >= queued) this.#crowdedOut();
    else {
      this.#lane.queue.push(this);
      setTimeout(() => this.#upstream || this.gone || this.#crowdedOut(), queueTime).unref();
    }
  }

  send(upstream: Upstream, lane: Lane): void {
    this.#upstream = upstream;
    this.#lane = lane;
    this.#wire = upstream.enter();
    const { method, url } = this.#request;
    this.#wire.dispatch(
      {
        path: url as string,
        method: method as Dispatcher.HttpMethod,
        headers: requestHeaders(this.#request, this.#from),
        body: this.#hasBody ? this.#request : null,
        upgrade: this.#upgrade?.protocol ?? null,
      },
      this,
    );
  }

  onConnect(abort: (reason?: Error) => void): void {
    this.#abort = abort;
    if (this.gone) abort();
    else this.#wire?.expectAnswer();
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void): boolean {
    if (status < 200) {
      // Nobody asked for another protocol: no answer will follow.
      if (status === 101) this.#abort?.(new Error('an upgrade that nobody asked for'));
      else passInterim(status, raw, { request: this.#request, response: this.#response });
      return true;
    }
    this.#answering = true;
    this.#resume = resume;
    this.#response.writeHead(status, this.#headersOf(raw));
    // The client library takes a length for a broken promise where there can be no body.
    if (BODILESS.has(status)) this.#finish();
    return true;
  }

  onUpgrade(_status: number, raw: Buffer[], replica: Socket): void {
    const upgrade = this.#upgrade as Upgrade;
    this.#answering = true;
    this.gone = true;
    const now = performance.now();
    this.#tally.answered(101, now, now - this.#began);
    join(upgrade, { replica, headers: this.#headersOf(raw) }, () => this.#leave());
  }

  onData(chunk: Buffer): boolean {
    if (this.#finished) return true;
    this.bytes += chunk.length;
    if (this.#response.write(chunk)) return true;
    this.#response.once('drain', this.#resume as () => void);
    return false;
  }

  onComplete(): void {
    if (!this.#finished) this.#finish();
    this.#leave();
  }

  #finish(): void {
    this.#finished = true;
    this.#response.end();
    const now = performance.now();
    this.#tally.answered(this.#response.statusCode, now, now - this.#began);
  }

  onError(error: Error): void {
    this.#leave();
    if (this.gone || this.#finished || brokeOff(this.#request)) return;
    if (this.#answering) {
      this.#broke();
      this.#response.destroy();
    } else if (isUnsendable(error)) {
      // Not one byte reached a replica: it cannot be to blame.
      this.#context.tallies.refuse(400);
      refuse(this.#response, 400, 'Bad request: it cannot be passed on as it is.');
    } else if (!this.#again(error)) {
      this.#broke();
      refuse(this.#response, isTimeout(error) ? 504 : 502, wordsFor(error, this.#lane.release));
    }
  }

  /** On another replica of the release first, then on another release that serves. */
  #again(error: Error): boolean {
    const repeatable = !this.#hasBody && REPEATABLE.has(this.#request.method as string);
    if (!isRefused(error) && !(repeatable && !isTimeout(error))) return false;
    this.#tried = [...(this.#tried ?? []), this.#upstream as Upstream];
    if (this.#tried.length >= MOST_TRIES) return false;
    let lane: Lane | null = this.#lane;
    let upstream = lane.pick(this.#tried);
    if (!upstream) {
      lane = this.#context.board.fallback(this.#tried);
      upstream = lane?.pick(this.#tried) ?? null;
      if (!lane || !upstream) return false;
      // Its users were saved by another release; its failure still counts against it.
      this.#broke();
    }
    this.#context.tallies.of(lane.release).retried++;
    this.send(upstream, lane);
    return true;
  }

  get release(): string {
    return this.#lane.release;
  }

  get #tally(): Tally {
    return this.#context.tallies.of(this.#lane.release);
  }

  #headersOf(raw: readonly Buffer[]): string[] {
    const headers = responseHeaders(raw);
    const { release } = this.#lane;
    headers.push(RELEASE_HEADER, release);
    rememberSticky(
      headers,
      { sticky: this.#context.board.table.sticky, release },
      { request: this.#request, from: this.#from },
    );
    return headers;
  }

  #broke(): void {
    const now = performance.now();
    this.#tally.broke(now, now - this.#began);
  }

  #leave(): void {
    const wire = this.#wire;
    this.#wire = null;
    if (wire) this.#upstream?.leave(wire);
  }

  /** Too slow for what it gets: that counts against the release. */
  #crowdedOut(): void {
    this.gone = true;
    this.#broke();
    const words = `Service unavailable: release ${this.#lane.release} has more requests than it can take.`;
    this.#response.setHeader('retry-after', '1');
    refuse(this.#response, 503, words);
  }

  #bodyStopped(): void {
    if (this.gone) return;
    this.gone = true;
    this.#context.tallies.refuse(408);
    refuseAndClose(this.#response, BODY_STOPPED);
    this.#abort?.(new Error('the client stopped sending'));
  }

  /** The client left before its answer was complete: nobody's error. */
  #closed(): void {
    if (this.#response.writableFinished || this.gone) return;
    this.gone = true;
    this.#tally.aborted++;
    this.#abort?.(new Error('the client is gone'));
  }
}
