import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { type AnswerAsked, isStream } from './answer.ts';

/** What is wrong with a request in itself: no release had anything to do with it. */
export interface Fault {
  readonly status: number;
  readonly words: string;
}

const faultsFault = (status: number, words: string): Fault => ({ status, words });

const FAULTS = {
  version: faultsFault(
    505,
    'HTTP version not supported: this server speaks HTTP/1.1 and HTTP/1.0.',
  ),
  oldCoding: faultsFault(400, 'Bad request: HTTP/1.0 has no transfer-encoding.'),
  coding: faultsFault(501, 'Not implemented: no transfer-encoding but chunked is understood.'),
  target: faultsFault(400, 'Bad request: the target is neither a path nor an http address.'),
  noHost: faultsFault(400, 'Bad request: there is no host header.'),
  hosts: faultsFault(400, 'Bad request: there is more than one host header.'),
  host: faultsFault(400, 'Bad request: the host is not the name of a host.'),
} as const;

export const CONNECT_FAULT = faultsFault(
  405,
  'Method not allowed: this is not a proxy for CONNECT.',
);

/** A name, an IPv4 or a bracketed IPv6 address, and perhaps a port. */
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._~!$&'()*+,;=%-]+)(:\d{0,5})?$/i;
const ABSOLUTE = /^https?:\/\/([^/?]*)(.*)$/i;

/** Null when there is none. An absolute address is put into the form that a replica expects. */
export function faultOf(request: AnswerAsked): Fault | null {
  return isStream(request) ? faultOfStream(request) : faultOfMessage(request);
}

function faultOfMessage(request: IncomingMessage): Fault | null {
  const { httpVersionMajor: major, httpVersionMinor: minor } = request;
  if (major !== 1 || minor > 1) return FAULTS.version;
  return faultOfBody(request) ?? faultOfTarget(request) ?? faultOfHost(request);
}

/** What is behind speaks HTTP/1.1: the same of a stream, whose parser has seen to the rest. */
function faultOfStream({ headers, url, authority }: Http2ServerRequest): Fault | null {
  if (!url.startsWith('/') || url.includes('#')) return FAULTS.target;
  const host = authority || headers.host;
  if (host === undefined) return FAULTS.noHost;
  if (!HOST.test(host)) return FAULTS.host;
  if (headers.host !== undefined && headers.host !== host) return FAULTS.hosts;
  headers.host = host;
  return null;
}

function faultOfBody({ headers, httpVersionMinor }: IncomingMessage): Fault | null {
  const coding = headers['transfer-encoding'];
  if (coding === undefined) return null;
  if (httpVersionMinor === 0) return FAULTS.oldCoding;
  return coding.toLowerCase() === 'chunked' ? null : FAULTS.coding;
}

function faultOfTarget(request: IncomingMessage): Fault | null {
  const url = request.url as string;
  if (url.includes('#')) return FAULTS.target;
  if (url.startsWith('/')) return null;
  const [, host, rest = ''] = ABSOLUTE.exec(url) ?? [];
  if (!host) return FAULTS.target;
  request.url = rest.startsWith('/') ? rest : `/${rest}`;
  return hostsOf(request).length > 1 ? FAULTS.hosts : replaceHost(request, host);
}

/** The address that was asked for says more than a header beside it. */
function replaceHost(request: IncomingMessage, host: string): null {
  const [at] = hostsOf(request);
  request.headers.host = host;
  if (at === undefined) request.rawHeaders.push('host', host);
  else request.rawHeaders[at + 1] = host;
  return null;
}

function faultOfHost(request: IncomingMessage): Fault | null {
  const { host } = request.headers;
  if (host === undefined) return request.httpVersionMinor === 0 ? null : FAULTS.noHost;
  if (!HOST.test(host)) return FAULTS.host;
  return hostsOf(request).length > 1 ? FAULTS.hosts : null;
}

/** Where the raw headers name a host. */
function hostsOf({ rawHeaders }: IncomingMessage): number[] {
  const found: number[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') found.push(i);
  }
  return found;
}

const STATUS_BY_ERROR: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_INVALID_VERSION: 505,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** What the parser would not read, as a status. */
export function faultsStatusOf(
  error: Error & { readonly code?: string; readonly reason?: string },
): number {
  // The same code stands for a line that goes on behind the version.
  if (error.reason?.startsWith('Expected')) return 400;
  return STATUS_BY_ERROR[error.code ?? ''] ?? 400;
}
