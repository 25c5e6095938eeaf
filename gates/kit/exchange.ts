import type { Readable } from 'node:stream';
import type { SourceMeans } from '../../src/contract/index.ts';
import { reveal, type SentHeaders } from './secrets.ts';

export interface ExchangeQuestion {
  readonly url: URL;
  readonly method: string;
  readonly headers: SentHeaders;
  readonly body: string | null;
  readonly tls?: ExchangeTls | null;
}

/** Certificates and a key in PEM. */
export interface ExchangeTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
}

export interface ExchangeAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body was longer than is read. */
  readonly cut: boolean;
  /** Ms until the whole answer was there. */
  readonly took: number;
  /** For what people are shown of it: an answer may repeat the secrets of its question. */
  readonly hide: (text: string) => string;
}

export type Sender = Pick<SourceMeans, 'clock' | 'cwd' | 'readSecret'> &
  Partial<Pick<SourceMeans, 'redact'>>;

const LONGEST_BODY = 256 * 1024;

/**
 * One request over a connection of its own: what a kept one answers says nothing of new users.
 * Redirects are answers like any other, never followed.
 */
export async function exchange(
  sender: Sender,
  { url, method, headers: given, body, tls = null }: ExchangeQuestion,
  signal: AbortSignal,
): Promise<ExchangeAnswer> {
  const { headers, hide } = await reveal(given, sender);
  const { Client } = await import('undici');
  const limits = { pipelining: 0, headersTimeout: 0, bodyTimeout: 0 };
  const client = new Client(url.origin, { ...limits, ...(tls ? { connect: tls } : {}) });
  const began = sender.clock.monotonic();
  try {
    const path = url.pathname + url.search;
    const got = await client.request({ path, method, headers, body, signal });
    const { text, cut } = await readExchange(got.body);
    const took = sender.clock.monotonic() - began;
    return { status: got.statusCode, headers: joined(got.headers), body: text, cut, took, hide };
  } finally {
    await client.destroy();
  }
}

/** The URL of a path at an address; whatever the path says, it stays on that host. */
export function exchangeAt(address: string, path: string): URL {
  return new URL(address.replace(/\/+$/, '') + (path.startsWith('/') ? path : `/${path}`));
}

async function readExchange(body: Readable): Promise<{ text: string; cut: boolean }> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > LONGEST_BODY) break;
  }
  const text = Buffer.concat(chunks).subarray(0, LONGEST_BODY).toString('utf8');
  return { text, cut: length > LONGEST_BODY };
}

function joined(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
  );
}
