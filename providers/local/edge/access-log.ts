import type { ReleaseId } from '../../../src/contract/index.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import type { Front } from '../edge-settings.ts';
import type { AnswerAsked } from './answer.ts';
import type { Sink } from './log-sink.ts';

type Format = NonNullable<Front['accessLog']>['format'];

export interface AccessLogEntry {
  readonly client: string;
  /** Null where what came could not be read as a request. */
  readonly request: AnswerAsked | null;
  readonly status: number;
  readonly bytes: number;
  readonly ms: number;
  readonly release: ReleaseId | null;
}

/** A line for each request. All of it but numbers was said by strangers, and is made harmless. */
export class AccessLog {
  #lineOf: (entry: AccessLogEntry) => string;
  #sink: Sink;

  constructor(format: Format, sink: Sink) {
    this.#lineOf = FORMATS[format];
    this.#sink = sink;
  }

  write(entry: AccessLogEntry): void {
    this.#sink.write(`${this.#lineOf(entry)}\n`);
  }

  close(): void {
    this.#sink.close();
  }
}

const FORMATS: Readonly<Record<Format, (entry: AccessLogEntry) => string>> = {
  combined: ({ client, request, status, bytes }) =>
    `${client} - - [${stamp()}] "${safe(lineOf(request))}" ${status} ${bytes} "${safe(said(request, 'referer'))}" "${safe(said(request, 'user-agent'))}"`,
  json: ({ client, request, status, bytes, ms, release }) =>
    printable(
      JSON.stringify({
        time: new Date(systemClock.wall()).toISOString(),
        client,
        method: request?.method ?? null,
        target: request?.url ?? null,
        protocol: request && `HTTP/${request.httpVersion}`,
        host: request?.headers.host ?? null,
        status,
        bytes,
        ms: Math.round(ms * 1000) / 1000,
        release,
        referer: request?.headers.referer ?? null,
        agent: request?.headers['user-agent'] ?? null,
      }),
    ),
};

const lineOf = (request: AnswerAsked | null) =>
  request ? `${request.method} ${request.url} HTTP/${request.httpVersion}` : '-';

const said = (request: AnswerAsked | null, name: 'referer' | 'user-agent') =>
  request?.headers[name] ?? '-';

const hex = (sign: string, digits: number) =>
  sign.charCodeAt(0).toString(16).toUpperCase().padStart(digits, '0');

/** Quotes, control characters and whatever is not ASCII cannot end a field, a line, or reach a terminal. */
function safe(text: string): string {
  return text.replace(/["\\]|[^\x20-\x7e]/g, (sign) =>
    sign > '\xff' ? `\\u${hex(sign, 4)}` : `\\x${hex(sign, 2)}`,
  );
}

/** JSON has escaped the rest already. */
function printable(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (sign) => `\\u${hex(sign, 4)}`);
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
let second = -1;
let stamped = '';

/** Worked out once a second. */
function stamp(): string {
  const now = Math.floor(systemClock.wall() / 1000);
  if (now === second) return stamped;
  second = now;
  const [date = '', time = ''] = new Date(now * 1000).toISOString().split('T');
  const [year, month, day] = date.split('-');
  stamped = `${day}/${MONTHS[Number(month) - 1]}/${year}:${time.slice(0, 8)} +0000`;
  return stamped;
}
