import { EventEmitter } from 'node:events';
import type { OutgoingHttpHeaders } from 'node:http';
import { constants, type ServerHttp2Stream } from 'node:http2';
import type { Answer } from './answer.ts';

const { NGHTTP2_INTERNAL_ERROR } = constants;

/** About a connection, which in HTTP/2 is not the answer's. */
const OF_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/** Headers that may come more than once; of any other the first counts. */
const REPEATED =
  /^(set-cookie|link|vary|via|warning|www-authenticate|cache-control|allow|x-.*|.*-policy.*)$/;

/** The answer of one stream, written as Node's own answer of HTTP/1.1 is. */
export class StreamAnswer extends EventEmitter implements Answer {
  statusCode = 200;
  writableFinished = false;
  #stream: ServerHttp2Stream;
  #set: string[] = [];
  #broken = false;
  #closed = false;

  constructor(stream: ServerHttp2Stream) {
    super();
    this.#stream = stream;
    // A stream that was reset says so by closing.
    stream.on('error', () => {});
    stream.on('drain', () => this.emit('drain'));
    stream.once('finish', () => {
      this.writableFinished = true;
    });
    // To reset a stream is to end it first, for Node: an answer that broke off would look complete.
    stream.removeAllListeners('wantTrailers');
    stream.on('wantTrailers', () => this.#broken || stream.sendTrailers({}));
    // Before what is left of its body looks complete: that comes a moment later.
    stream.once('aborted', () => this.#close());
    stream.once('close', () => this.#close());
  }

  get headersSent(): boolean {
    return this.#stream.headersSent;
  }

  get destroyed(): boolean {
    return this.#stream.destroyed;
  }

  setHeader(name: string, value: string): void {
    this.#set.push(name, value);
  }

  writeHead(status: number, headers: string[] | OutgoingHttpHeaders): void {
    this.statusCode = status;
    if (this.#stream.destroyed) return;
    const flat = Array.isArray(headers) ? headers : (Object.entries(headers).flat() as string[]);
    this.#stream.respond(streamAnswerFieldsOf(status, [...this.#set, ...flat]), {
      waitForTrailers: true,
    });
  }

  write(chunk: Buffer): boolean {
    // A client that has left says so by closing; nothing waits for room that never comes.
    return this.#isOver || this.#stream.write(chunk);
  }

  end(text?: string): void {
    if (!this.#isOver) this.#stream.end(text);
  }

  destroy(): void {
    this.#broken = true;
    this.#stream.close(NGHTTP2_INTERNAL_ERROR);
  }

  writeProcessing(): void {
    if (!this.#isOver) this.#stream.additionalHeaders({ ':status': 102 });
  }

  writeEarlyHints({ link }: { link: string[] }): void {
    if (!this.#isOver) this.#stream.additionalHeaders({ ':status': 103, link: link.join(', ') });
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.emit('close');
  }

  get #isOver(): boolean {
    return this.#stream.destroyed || this.#stream.writableEnded;
  }
}

function streamAnswerFieldsOf(status: number, flat: readonly string[]): OutgoingHttpHeaders {
  const fields: Record<string, string | string[]> = Object.create(null);
  for (let i = 0; i < flat.length; i += 2) {
    const name = (flat[i] as string).toLowerCase();
    const value = flat[i + 1] as string;
    const before = fields[name];
    if (OF_CONNECTION.has(name)) continue;
    if (before === undefined) fields[name] = value;
    else if (REPEATED.test(name)) fields[name] = [before, value].flat();
  }
  return { ':status': status, ...fields };
}
