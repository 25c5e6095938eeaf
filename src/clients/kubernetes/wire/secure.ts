import { type ClientHttp2Session, connect } from 'node:http2';
import { isIP } from 'node:net';
import { connect as connectSecurely, type TLSSocket } from 'node:tls';
import { WIRE_SILENCE_MS, type WireEnd, wireEnded, wireSilence } from './wire.ts';

const MIB = 1024 * 1024;
/** Bytes that may be on their way before any are taken up: a long list is not stopped for on its way. */
const SHARED_WINDOW = { stream: 4 * MIB, session: 16 * MIB };
/** MiB that all that is on its way together may take here. */
const SHARED_MEMORY = 256;

/** Ms in which a server has begun to speak: a connection that was reset just after its handshake says nothing at all. */
const SHARED_GREETING_MS = 4_000;

export function secureSocketTo({ server, keys }: WireEnd): TLSSocket {
  const { hostname, port } = new URL(server);
  const host = hostname.replace(/^\[|\]$/g, '');
  const socket = connectSecurely({
    host,
    port: Number(port || 443),
    ALPNProtocols: ['h2', 'http/1.1'],
    ...(isIP(host) ? {} : { servername: host }),
    ...keys,
  });
  return socket.setNoDelay(true);
}

/** Resolves once both sides know who they are. */
export function secured(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = () => reject(wireEnded());
    const late = () => socket.destroy(wireSilence('connection'));
    socket.setTimeout(WIRE_SILENCE_MS, late);
    socket.once('error', reject).once('close', closed);
    socket.once('secureConnect', () => {
      socket.setTimeout(0).off('timeout', late).off('error', reject).off('close', closed);
      resolve();
    });
  });
}

export function sessionOver(socket: TLSSocket, server: string): ClientHttp2Session {
  const session = connect(server, {
    createConnection: () => socket,
    settings: { initialWindowSize: SHARED_WINDOW.stream, enablePush: false },
    maxSessionMemory: SHARED_MEMORY,
  });
  const mute = setTimeout(
    () => session.destroy(wireSilence('answer', SHARED_GREETING_MS)),
    SHARED_GREETING_MS,
  ).unref();
  session.once('remoteSettings', () => clearTimeout(mute));
  session.once('close', () => clearTimeout(mute));
  session.once('connect', () => {
    if (!session.destroyed) session.setLocalWindowSize(SHARED_WINDOW.session);
  });
  // Each call that was under way hears of it by itself.
  session.on('error', () => {});
  // Nobody waits for a connection on which nothing is asked.
  session.unref();
  return session;
}
