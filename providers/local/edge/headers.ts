import type { Http2ServerRequest } from 'node:http2';
import { type AnswerAsked, isStream } from './answer.ts';
import type { Origin } from './client-address.ts';

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

/** Other ways to say on whose behalf one asks: whoever may not say it has them taken out. */
const CLAIMS = /^(forwarded|x-real-ip|x-client-ip|true-client-ip|x-forwarded-.*)$/;

/** Meant for who answers, whatever a sender declares: it cannot have them taken out on the way. */
const LASTING =
  /^(host|cookie|set-cookie|authorization|date|server|location|vary|etag|origin|referer|user-agent|range|accept.*|content-.*|cache-control|if-.*|x-(forwarded|real|request|client|auth|api|csrf)-.*|forwarded|sec-.*|access-control-.*|strict-transport-security)$/;

/** What becomes of a header of a request, by its name. */
type HeadersKind = 'passed' | 'dropped' | 'claim';

interface Known {
  readonly name: string;
  readonly request: HeadersKind;
  readonly isHop: boolean;
}

/** Worked out once per spelling: clients use few. */
const known = new Map<string, Known>();

function headersLookUp(spelled: string): Known {
  return known.get(spelled) ?? headersLearn(spelled);
}

function headersLearn(spelled: string): Known {
  const name = spelled.toLowerCase();
  const isHop = HOP_BY_HOP.has(name);
  const kind = CLAIMS.test(name) ? 'claim' : 'passed';
  const found: Known = { name, isHop, request: isHop || REWRITTEN.has(name) ? 'dropped' : kind };
  if (known.size < 1000) known.set(spelled, found);
  return found;
}

const NONE: readonly string[] = [];

/** Names that the sender has declared to be about its connection. */
function declared(connection: string | undefined): readonly string[] {
  if (!connection || connection === 'keep-alive' || connection === 'close') return NONE;
  return connection
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => !LASTING.test(name));
}

/** Headers of the request as the replica gets them: as sent, but for the hop and the forwarding. */
export function requestHeaders(request: AnswerAsked, from: Origin): string[] {
  const sent = isStream(request) ? headersFieldsOf(request) : request.rawHeaders;
  const dropped = declared(request.headers.connection);
  const out: string[] = [];
  for (let i = 0; i < sent.length; i += 2) {
    const spelled = sent[i] as string;
    const { name, request: kind } = headersLookUp(spelled);
    if (kind === 'dropped' || (kind === 'claim' && !from.trusted)) continue;
    if (dropped !== NONE && dropped.includes(name)) continue;
    out.push(spelled, sent[i + 1] as string);
  }
  forwardHeaders(out, request, from);
  return out;
}

/** Fields of a stream as HTTP/1.1 has them: one host, and one cookie. */
function headersFieldsOf({ headers, rawHeaders }: Http2ServerRequest): string[] {
  const out = ['host', headers.host as string];
  if (headers.cookie !== undefined) out.push('cookie', headers.cookie);
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (name.startsWith(':') || name === 'host' || name === 'cookie') continue;
    out.push(name, rawHeaders[i + 1] as string);
  }
  return out;
}

/** A client that nobody vouches for cannot say how it came. */
function headersSaid(
  name: string,
  { headers }: AnswerAsked,
  { trusted }: Origin,
): string | undefined {
  return trusted ? (headers[name] as string | undefined) : undefined;
}

/** Http or https, as the client saw it. */
export function cameBy(request: AnswerAsked, from: Origin): string {
  return headersSaid('x-forwarded-proto', request, from) ?? (from.encrypted ? 'https' : 'http');
}

/** The addresses that this request was passed on for, as its sender has it. */
export const chainOf = ({ headers }: AnswerAsked) =>
  headers['x-forwarded-for'] as string | undefined;

function forwardHeaders(out: string[], request: AnswerAsked, from: Origin): void {
  const chain = from.trusted ? chainOf(request) : undefined;
  out.push('x-forwarded-for', chain ? `${chain}, ${from.address}` : from.address);
  out.push('x-forwarded-proto', cameBy(request, from));
  const host = headersSaid('x-forwarded-host', request, from) ?? request.headers.host;
  if (host !== undefined) out.push('x-forwarded-host', host);
}

/** Headers of the answer as the client gets them, from the raw bytes of the replica. */
export function responseHeaders(raw: readonly Buffer[]): string[] {
  const out: string[] = [];
  let dropped = NONE;
  for (let i = 0; i < raw.length; i += 2) {
    const spelled = (raw[i] as Buffer).toString('latin1');
    const { name, isHop } = headersLookUp(spelled);
    const value = (raw[i + 1] as Buffer).toString('latin1');
    if (name === 'connection') dropped = declared(value.toLowerCase());
    if (!isHop) out.push(spelled, value);
  }
  return dropped.length > 0 ? without(out, dropped) : out;
}

function without(headers: readonly string[], names: readonly string[]): string[] {
  const out: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    if (!names.includes(headersLookUp(headers[i] as string).name))
      out.push(headers[i] as string, headers[i + 1] as string);
  }
  return out;
}
