import type { Readable } from 'node:stream';

/** One request, with all that it carries. */
export interface WireRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Its answer goes on, and nothing may be said for long. */
  readonly isEndless?: boolean;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Fails where it ends before its end. */
  readonly body: Readable;
}

/** How requests reach one server: connections that are kept while somebody may want them. */
export interface Wire {
  send(request: WireRequest): Promise<WireAnswer>;
  /** Lets what is under way come to its end. */
  close(): void;
  destroy(): void;
}

/** Whom one speaks to, and what one shows to be let in. */
export interface WireEnd {
  readonly server: string;
  readonly keys: WireKeys;
}

export interface WireKeys {
  readonly ca?: Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly rejectUnauthorized?: false;
  readonly servername?: string;
}

/** Ms without a word after which nobody is believed to be there. */
export const WIRE_SILENCE_MS = 12_000;
export const WIRE_KEPT_MS = 30_000;
/** Calls that are under way together, where each takes a connection: a handshake takes longer than some of them one after the other. */
export const WIRE_CONNECTIONS = 6;

/** Surely nothing was sent. */
export const WIRE_NOT_CONNECTED = 'CONNECT_TIMEOUT';

/** One side has ended it before it was made. */
export const wireEnded = () =>
  Object.assign(new Error('the connection was ended'), { code: WIRE_NOT_CONNECTED });

export function wireSilence(
  what: 'connection' | 'answer',
  after = WIRE_SILENCE_MS,
): Error & { readonly code: string } {
  const message = `no ${what} within ${after / 1000} s`;
  const code = what === 'connection' ? WIRE_NOT_CONNECTED : 'ANSWER_TIMEOUT';
  return Object.assign(new Error(message), { code });
}
