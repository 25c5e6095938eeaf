import { type ClientHttp2Session, connect, constants } from 'node:http2';
import { isIP } from 'node:net';
import { connect as connectSecurely, type TLSSocket } from 'node:tls';
import { systemClock } from '../../../lib/clock.ts';
import {
  WIRE_KEPT_MS,
  WIRE_SILENCE_MS,
  type Wire,
  type WireAnswer,
  type WireEnd,
  type WireRequest,
  wireSilence,
} from './wire.ts';

const MIB = 1024 * 1024;
/** Bytes that may be on their way before any are taken up: a long list is not stopped for on its way. */
const SHARED_WINDOW = { stream: 4 * MIB, session: 16 * MIB };
/** MiB that all that is on its way together may take here. */
const SHARED_MEMORY = 256;

/** A server that goes away says which requests it has not looked at; another connection leads to the next one. */
const SHARED_TRIES = 3;
class NotTaken extends Error {}

/** HTTP/2: one connection and one handshake for all calls, however many are under way. */
export const sharedWire = (end: WireEnd): Wire => new SharedWire(end);

class SharedWire implements Wire {
  readonly #end: WireEnd;
  /** Null where the server speaks only HTTP/1. */
  #session: Promise<ClientHttp2Session | null> | null = null;
  /** What `#session` has come to. */
  #current: ClientHttp2Session | null = null;
  #usedAt = 0;
  readonly #open = new Set<ClientHttp2Session>();
  #parallel: Wire | null = null;

  constructor(end: WireEnd) {
    this.#end = end;
  }

  async send(request: WireRequest): Promise<WireAnswer> {
    for (let tries = 1; ; tries += 1) {
      const session = await this.#newest();
      if (!session) return (this.#parallel as Wire).send(request);
      // Between this look and the request nothing else can happen.
      if (session.closed || session.destroyed) continue;
      this.#usedAt = systemClock.monotonic();
      try {
        return await sentOver(session, request, () => this.#leave(session));
      } catch (error) {
        if (!(error instanceof NotTaken) || tries >= SHARED_TRIES) throw error;
        this.#leave(session);
      }
    }
  }

  close(): void {
    this.#session = null;
    for (const session of this.#open) session.close();
    this.#parallel?.close();
  }

  destroy(): void {
    this.#session = null;
    for (const session of this.#open) session.destroy();
    this.#parallel?.destroy();
  }

  /** One that was idle for long may lead nowhere any more, and nobody would say so. */
  async #newest(): Promise<ClientHttp2Session | null> {
    const open = this.#session;
    const session = await open;
    if (open && !session) return null;
    const isStale = systemClock.monotonic() - this.#usedAt > WIRE_KEPT_MS;
    if (session && (isStale || session.closed || session.destroyed)) this.#leave(session);
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
    const socket = await secured(this.#end);
    if (socket.alpnProtocol !== 'h2') {
      socket.destroy();
      this.#parallel ??= (await import('./parallel.ts')).parallelWire(this.#end);
      return null;
    }
    const session = connect(this.#end.server, {
      createConnection: () => socket,
      settings: { initialWindowSize: SHARED_WINDOW.stream, enablePush: false },
      maxSessionMemory: SHARED_MEMORY,
    });
    session.once('connect', () => session.setLocalWindowSize(SHARED_WINDOW.session));
    // Each call that was under way hears of it by itself.
    session.on('error', () => {});
    session.once('close', () => this.#open.delete(session));
    // Nobody waits for a connection on which nothing is asked.
    session.unref();
    this.#open.add(session);
    this.#current = session;
    this.#usedAt = systemClock.monotonic();
    return session;
  }
}

function secured({ server, keys }: WireEnd): Promise<TLSSocket> {
  const { hostname, port } = new URL(server);
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const socket = connectSecurely({
      host,
      port: Number(port || 443),
      ALPNProtocols: ['h2', 'http/1.1'],
      ...(isIP(host) ? {} : { servername: host }),
      ...keys,
    });
    socket.setNoDelay(true);
    socket.setTimeout(WIRE_SILENCE_MS, () => socket.destroy(wireSilence('connection')));
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      socket.setTimeout(0);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

/** Calls that are under way. */
const WAITED_FOR = new WeakMap<ClientHttp2Session, number>();

/** `silent`: nothing came for long, so it may be that nothing comes over this connection any more. */
function sentOver(
  session: ClientHttp2Session,
  { method, path, headers, body, signal, isEndless }: WireRequest,
  silent: () => void,
): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const asked = { ...headers, ':method': method, ':path': path };
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
