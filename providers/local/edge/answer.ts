import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';

/** A request as the edge reads it, by whichever version of HTTP it came. */
export type AnswerAsked = IncomingMessage | Http2ServerRequest;

/** Not by its version: a line of HTTP/1 may name any. */
export const isStream = (request: AnswerAsked): request is Http2ServerRequest =>
  'stream' in request;

/** What an answer is written to: node's own for HTTP/1.1, `StreamAnswer` for HTTP/2. */
export interface Answer {
  readonly headersSent: boolean;
  readonly writableFinished: boolean;
  readonly destroyed: boolean;
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  writeHead(status: number, headers: string[] | OutgoingHttpHeaders): unknown;
  write(chunk: Buffer): boolean;
  end(text?: string): unknown;
  destroy(): unknown;
  writeProcessing(): void;
  writeEarlyHints(hints: { link: string[] }): void;
  on(event: 'close', listener: () => void): unknown;
  once(event: 'close' | 'drain', listener: () => void): unknown;
}
