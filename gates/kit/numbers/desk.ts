import { type ExchangeAnswer, type ExchangeQuestion, exchange, type Sender } from '../exchange.ts';
import { excerpt } from '../reading.ts';
import { type Access, accessFor } from './access.ts';
import { messageIn } from './parts.ts';

/** May be over soon: overrun, slow, or a proxy that does not see the server behind it for now. */
const PASSING = [404, 408, 409, 423, 425, 429];

/** It answered, but not with what was asked for. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  /** Asking again cannot help. */
  readonly permanent: boolean;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
    this.permanent = status >= 400 && status < 500 && !PASSING.includes(status);
  }
}

export interface Desk {
  /** The answer, where it is one of success and whole. */
  send(question: ExchangeQuestion, access: Access, signal: AbortSignal): Promise<ExchangeAnswer>;
}

/** Longest that a server may keep us away: a gate must not go blind for an hour by one header. */
const LONGEST_WAIT_MS = 5 * 60_000;

/** Sends the questions of one source; asks nobody who asked for a pause before it is over. */
export function createDesk(sender: Sender): Desk {
  const pauses = new Map<string, number>();
  return {
    async send(question, access, signal) {
      const { origin } = question.url;
      const left = (pauses.get(origin) ?? 0) - sender.clock.monotonic();
      if (left > 0)
        throw new Refused(429, `it asked for a pause, which lasts another ${inSeconds(left)}`);
      const allowed = await accessFor(access, sender);
      const headers = { ...question.headers, ...allowed.headers };
      const answer = await exchange(sender, { ...question, headers, tls: allowed.tls }, signal);
      const pause = pauseIn(answer, sender.clock.wall());
      if (pause > 0) pauses.set(origin, sender.clock.monotonic() + pause);
      return accepted(answer, pause);
    },
  };
}

/** The body as JSON, whatever the answer calls it: a page of a proxy is none by any name. */
export function jsonIn(answer: ExchangeAnswer): unknown {
  try {
    return JSON.parse(answer.body);
  } catch {
    throw noJson(answer);
  }
}

const noJson = (answer: ExchangeAnswer) =>
  new Refused(answer.status, `it answered ${answer.status} with no JSON: ${quote(answer)}`);

function accepted(answer: ExchangeAnswer, pause: number): ExchangeAnswer {
  const { status } = answer;
  if (status < 200 || status > 299) throw new Refused(status, refusal(answer, pause));
  if (answer.cut)
    throw new Refused(status, 'its answer is longer than 256 KiB: let the query aggregate');
  return answer;
}

const MEANINGS: readonly [from: number, to: number, meaning: string][] = [
  [300, 399, 'a redirect, which is not followed'],
  [400, 400, 'the question is refused'],
  [401, 403, 'the credentials are refused'],
  [404, 404, 'nothing is there: is the address right?'],
  [429, 429, 'too many requests'],
  [500, 599, 'it cannot answer now'],
];

function refusal(answer: ExchangeAnswer, pause: number): string {
  const { status } = answer;
  const meaning = MEANINGS.find(([from, to]) => status >= from && status <= to)?.[2];
  const wait = pause > 0 ? ` (not again for ${inSeconds(pause)})` : '';
  const said = saidIn(answer);
  return `it answered ${status}${meaning ? `, ${meaning}` : ''}${wait}${said ? `: ${said}` : ''}`;
}

function saidIn(answer: ExchangeAnswer): string {
  try {
    const message = messageIn(JSON.parse(answer.body));
    if (message !== null) return excerpt(answer.hide(message));
  } catch {
    // Then it is shown as it came.
  }
  return quote(answer);
}

const quote = ({ body, hide }: ExchangeAnswer) => excerpt(hide(body));
const inSeconds = (ms: number) => `${Math.ceil(ms / 1000)} s`;

/** Ms that a server that is overrun wants to be left alone: seconds or a date. */
function pauseIn({ status, headers }: ExchangeAnswer, now: number): number {
  if (status !== 429 && status !== 503) return 0;
  const wish = headers['retry-after'] ?? (status === 429 ? headers['x-ratelimit-reset'] : '') ?? '';
  const ms = /^\d+$/.test(wish.trim()) ? Number(wish) * 1000 : Date.parse(wish) - now;
  return ms > 0 ? Math.min(ms, LONGEST_WAIT_MS) : 0;
}
