import type { IncomingMessage } from 'node:http';

/** About one connection only, so they never cross the proxy; `expect` is answered by the edge itself. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const REWRITTEN = new Set(['expect', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host']);

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/** Meant for who answers, whatever a sender declares: it cannot have them taken out on the way. */
const LASTING =
  /^(host|cookie|set-cookie|authorization|date|server|location|vary|etag|origin|referer|user-agent|range|accept.*|content-.*|cache-control|if-.*|x-(forwarded|real|request|client|auth|api|csrf)-.*|forwarded|sec-.*|access-control-.*|strict-transport-security)$/;

/** Lower case is worked out once per spelling: clients use few. */
const lowerCased = new Map<string, string>();

function lower(name: string): string {
  let found = lowerCased.get(name);
  if (found === undefined) {
    found = name.toLowerCase();
    if (lowerCased.size < 1000) lowerCased.set(name, found);
  }
  return found;
}

/** Names that the sender has declared to be about its connection. */
function declared(connection: string | undefined): string[] {
  if (!connection || connection === 'keep-alive' || connection === 'close') return [];
  return connection
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => !LASTING.test(name));
}

/** Headers of the request as the replica gets them: as sent, but for the hop and the forwarding. */
export function requestHeaders(request: IncomingMessage): string[] {
  const { rawHeaders, headers } = request;
  const dropped = declared(headers.connection);
  const out: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = lower(rawHeaders[i] as string);
    if (HOP_BY_HOP.has(name) || REWRITTEN.has(name) || dropped.includes(name)) continue;
    out.push(rawHeaders[i] as string, rawHeaders[i + 1] as string);
  }
  forward(out, request);
  return out;
}

/** A proxy on this machine is believed; a client from elsewhere cannot say how it came. */
function said(name: string, { headers, socket }: IncomingMessage): string | undefined {
  if (!LOOPBACK.test(socket.remoteAddress ?? '')) return undefined;
  return headers[name] as string | undefined;
}

/** Http or https, as the client saw it. */
export function cameBy(request: IncomingMessage): string {
  return said('x-forwarded-proto', request) ?? 'http';
}

function forward(out: string[], request: IncomingMessage): void {
  const { headers, socket } = request;
  const peer = socket.remoteAddress ?? '';
  const chain = headers['x-forwarded-for'];
  out.push('x-forwarded-for', chain ? `${chain}, ${peer}` : peer);
  out.push('x-forwarded-proto', cameBy(request));
  const host = said('x-forwarded-host', request) ?? headers.host;
  if (host !== undefined) out.push('x-forwarded-host', host);
}

/** Headers of the answer as the client gets them, from the raw bytes of the replica. */
export function responseHeaders(raw: readonly Buffer[]): string[] {
  const out: string[] = [];
  let dropped: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const spelled = (raw[i] as Buffer).toString('latin1');
    const name = lower(spelled);
    const value = (raw[i + 1] as Buffer).toString('latin1');
    if (name === 'connection') dropped = declared(value.toLowerCase());
    if (!HOP_BY_HOP.has(name)) out.push(spelled, value);
  }
  return dropped.length > 0 ? without(out, dropped) : out;
}

function without(headers: readonly string[], names: readonly string[]): string[] {
  const out: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    if (!names.includes(lower(headers[i] as string)))
      out.push(headers[i] as string, headers[i + 1] as string);
  }
  return out;
}
