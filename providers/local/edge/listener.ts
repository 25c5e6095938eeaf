import type { Server as HttpServer } from 'node:http';
import type { Http2Server } from 'node:http2';
import { Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import type { Front } from '../edge-settings.ts';
import { Certificate, type CertificateCredentials } from './certificate.ts';
import type { RequestContext } from './request-context.ts';

/** The first byte of a TLS connection; no request begins with it. */
const HANDSHAKE = 0x16;

export interface Behind {
  readonly http: HttpServer;
  readonly streams: Http2Server;
}

/** Where all connections come in: bounded in number, and each led to the server that speaks its protocol. */
export class EdgeListener extends Server {
  readonly behind: Behind;
  #context: RequestContext;
  #tls: TlsServer | null = null;
  #certificate: Certificate | null = null;
  #open = new Map<string, number>();
  #sockets = new Set<Socket>();

  constructor(context: RequestContext, behind: Behind) {
    // A client that sends no more still gets its answers.
    super({ allowHalfOpen: true, noDelay: true });
    this.#context = context;
    this.behind = behind;
    this.on('connection', (socket) => this.#meet(socket));
    // It looks for connections that take too long from then on.
    this.on('listening', () => behind.http.emit('listening'));
    this.limit();
  }

  /** As `context.limits` has them now. */
  limit(): void {
    const { connections } = this.#context.limits;
    this.maxConnections = connections;
  }

  /** With TLS from the next connection on, or without. */
  secure(files: Front['tls'], trouble: (words: string | null) => void): void {
    const now = this.#certificate?.files;
    if (now?.cert === files?.cert && now?.key === files?.key) return;
    this.#certificate?.close();
    this.#certificate = null;
    this.#tls = null;
    trouble(null);
    if (files)
      this.#certificate = new Certificate(files, { use: (pair) => this.#use(pair), trouble });
  }

  closeIdleConnections(): void {
    this.behind.http.closeIdleConnections();
    this.behind.streams.emit('leave');
  }

  closeAllConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  override close(done?: (error?: Error) => void): this {
    this.#certificate?.close();
    this.behind.http.close();
    this.closeIdleConnections();
    return super.close(done);
  }

  #use(credentials: CertificateCredentials): void {
    if (this.#tls) this.#tls.setSecureContext(credentials);
    else this.#tls = tlsServer(credentials, this.#context.limits.head, this.behind);
  }

  #meet(socket: Socket): void {
    if (!this.#admits(socket)) return void socket.destroy();
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    if (this.#certificate) this.#sniff(socket);
    else this.behind.http.emit('connection', socket);
  }

  /** Whether one more connection of this client is taken. */
  #admits(socket: Socket): boolean {
    const client = socket.remoteAddress ?? '';
    const count = (this.#open.get(client) ?? 0) + 1;
    if (count > this.#context.limits.connectionsPerClient) return false;
    this.#open.set(client, count);
    socket.once('close', () => {
      const left = (this.#open.get(client) as number) - 1;
      if (left > 0) this.#open.set(client, left);
      else this.#open.delete(client);
    });
    return true;
  }

  #shakeHands(socket: Socket): void {
    if (!this.#tls) return void socket.destroy();
    // Whoever leaves before it is done would be waited for.
    socket.allowHalfOpen = false;
    this.#tls.emit('connection', socket);
  }

  /**
   * Its first byte tells. Whoever is on this machine may go without TLS, as checks of the service do;
   * others are told.
   */
  #sniff(socket: Socket): void {
    const end = () => socket.destroy();
    const timer = setTimeout(end, this.#context.limits.head);
    socket.on('error', end);
    socket.once('close', () => clearTimeout(timer));
    socket.once('end', end);
    socket.once('data', (chunk: Buffer) => {
      clearTimeout(timer);
      socket.pause();
      socket.off('end', end);
      socket.off('error', end);
      socket.unshift(chunk);
      if (chunk[0] === HANDSHAKE) this.#shakeHands(socket);
      else if (isLocal(socket)) this.behind.http.emit('connection', socket);
      else return void turnAway(socket);
      process.nextTick(() => socket.resume());
    });
  }
}

function tlsServer(
  credentials: CertificateCredentials,
  handshakeTimeout: number,
  to: Behind,
): TlsServer {
  const options = { ...credentials, handshakeTimeout, minVersion: 'TLSv1.2' as const };
  const server = createTlsServer({ ...options, ALPNProtocols: ['h2', 'http/1.1'] });
  server.on('secureConnection', (socket) => {
    const behind = socket.alpnProtocol === 'h2' ? to.streams : to.http;
    behind.emit('connection', socket);
  });
  // Whoever cannot or will not speak it has no request that could be answered.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}

const isLocal = ({ remoteAddress = '', localAddress }: Socket) =>
  remoteAddress === localAddress || /^(127\.|::1$|::ffff:127\.)/.test(remoteAddress);

function turnAway(socket: Socket): void {
  const words = 'Bad request: this port speaks HTTPS.\n';
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: ${words.length}\r\n\r\n${words}`,
  );
  socket.resume();
  setTimeout(() => socket.destroy(), 1000).unref();
}
