import { type ClientHttp2Session, constants } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { systemClock } from '../../../lib/clock.ts';
import { secured, secureSocketTo, sessionOver } from './secure.ts';
import {
  WIRE_KEPT_MS,
  WIRE_NOT_CONNECTED,
  WIRE_SILENCE_MS,
  type Wire,
  type WireAnswer,
  type WireEnd,
  type WireRequest,
  wireEnded,
  wireSilence,
} from './wire.ts';

/** A server that goes away says which requests it has not looked at; another connection leads to the next one. */
const SHARED_TRIES = 3;
class NotTaken extends Error {
  readonly code = WIRE_NOT_CONNECTED;
}

/** HTTP/2: one connection and one handshake for all calls, however many are under way. */
export const sharedWire = (end: WireEnd): Wire => new SharedWire(end);

class SharedWire implements Wire {
  readonly #end: WireEnd;
  readonly #authority: string;
  /** Null where the server speaks only HTTP/1. */
  #session: Promise<ClientHttp2Session | null> | null = null;
  /** What `#session` has come to. */
  #current: ClientHttp2Session | null = null;
  #usedAt = 0;
  readonly #open = new Set<ClientHttp2Session>();
  /** Also those that are not connected yet, and those to which nobody answers any more. */
  readonly #sockets = new Set<TLSSocket>();
  #parallel: Wire | null = null;
  #isOver = false;

  constructor(end: WireEnd) {
    this.#end = end;
    this.#authority = new URL(end.server).host;
  }

  async send(request: WireRequest): Promise<WireAnswer> {
    for (let tries = 1; ; tries += 1) {
      const session = await unlessAborted(this.#newest(), request.signal);
      if (!session) return (this.#parallel as Wire).send(request);
      // Between this look and the request nothing else can happen.
      if (isEnding(session)) continue;
      this.#usedAt = systemClock.monotonic();
      try {
        const [authority, silent] = [this.#authority, () => this.#leave(session)];
        return await sentOver(session, request, { authority, silent });
      } catch (error) {
        if (!(error instanceof NotTaken) || tries >= SHARED_TRIES) throw error;
        // Else it has only more under way than it takes.
        if (isEnding(session)) this.#leave(session);
      }
    }
  }

  close(): void {
    this.#session = null;
    for (const session of this.#open) session.close();
    this.#parallel?.close();
  }

  destroy(): void {
    this.#isOver = true;
    this.#session = null;
    for (const session of this.#open) session.destroy();
    for (const socket of this.#sockets) socket.destroy();
    this.#parallel?.destroy();
  }

  /** One that was idle for long may lead nowhere any more, and nobody would say so. */
  async #newest(): Promise<ClientHttp2Session | null> {
    const open = this.#session;
    const session = await open;
    if (open && !session) return null;
    const isStale = systemClock.monotonic() - this.#usedAt > WIRE_KEPT_MS;
    if (session && (isStale || isEnding(session))) {
      this.#leave(session);
      if (this.#session === open) this.#session = null;
    }
    const begun = this.#session ?? this.#begin();
    this.#session = begun;
    return begun.catch((error) => {
      if (this.#session === begun) this.#session = null;
      throw error;
    });
  }

  /** What goes on over it may end; nothing new begins there. Many calls may notice that together. */
  #leave(session: ClientHttp2Session): void {
    if (!session.closed) session.close();
    if (this.#current !== session) return;
    this.#current = null;
    this.#session = null;
  }

  async #begin(): Promise<ClientHttp2Session | null> {
    if (this.#isOver) throw wireEnded();
    const socket = secureSocketTo(this.#end);
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    await secured(socket);
    if (socket.alpnProtocol !== 'h2') {
      socket.destroy();
      this.#parallel ??= (await import('./parallel.ts')).parallelWire(this.#end);
      return null;
    }
    const session = sessionOver(socket, this.#end.server);
    session.once('close', () => {
      this.#open.delete(session);
      socket.destroySoon();
    });
    this.#open.add(session);
    this.#current = session;
    this.#usedAt = systemClock.monotonic();
    return session;
  }
}

const isEnding = (session: ClientHttp2Session) => session.closed || session.destroyed;

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** Calls that are under way. */
const WAITED_FOR = new WeakMap<ClientHttp2Session, number>();

interface SentOver {
  readonly authority: string;
  /** Nothing came for long, so it may be that nothing comes over this connection any more. */
  readonly silent: () => void;
}

function sentOver(
  session: ClientHttp2Session,
  { method, path, headers, body, signal, isEndless }: WireRequest,
  { authority, silent }: SentOver,
): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const asked = { ...headers, ':method': method, ':path': path, ':authority': authority };
    const stream = session.request(asked, {
      endStream: body === undefined,
      ...(signal ? { signal } : {}),
    });
    WAITED_FOR.set(session, (WAITED_FOR.get(session) ?? 0) + 1);
    session.ref();
    stream.setTimeout(WIRE_SILENCE_MS, () => {
      silent();
      stream.destroy(wireSilence('answer'));
    });
    stream.once('response', ({ ':status': status = 0, ...heard }) => {
      if (isEndless) stream.setTimeout(0);
      resolve({ status, headers: heard, body: stream });
    });
    stream.on('error', (error) => {
      const isTaken = stream.rstCode !== constants.NGHTTP2_REFUSED_STREAM;
      reject(isTaken ? error : new NotTaken(error.message));
    });
    stream.once('close', () => {
      reject(new Error('the connection was closed'));
      const left = (WAITED_FOR.get(session) ?? 1) - 1;
      WAITED_FOR.set(session, left);
      if (left === 0 && !session.destroyed) session.unref();
    });
    if (body !== undefined) stream.end(body);
  });
}
