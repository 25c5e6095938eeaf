import { type FailureClass, ProviderError } from '../../../src/contract/index.ts';
import type { Received } from './upload.ts';

/** A refusal of Vercel's, with its own code. */
export class VercelError extends ProviderError {
  readonly status: number;
  readonly code: string;
  /** `GET /v9/projects/shop`. */
  readonly asked: string;
  /** What the error says besides: the digests of files that are missing. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(failure: FailureClass, { status, error, retryAfter, asked }: Refused) {
    const { code = '', message = 'no reason is given', ...details } = error;
    const link = typeof details.link === 'string' ? details.link : VERCEL_ERRORS;
    const what = `Vercel ${status < 500 ? 'refused' : 'failed at'} ${asked}`;
    const words = `${what}: ${message} (${[status, code].filter(Boolean).join(', ')}), see ${link}`;
    super(failure, words, retryAfter === null ? {} : { retryAfter });
    this.status = status;
    this.code = String(code);
    this.asked = asked;
    this.details = details;
  }
}

/** What codes mean, where an answer has no link of its own. */
const VERCEL_ERRORS = 'https://vercel.com/docs/rest-api/reference/errors';

interface Refused {
  readonly status: number;
  readonly error: Readonly<Record<string, unknown>>;
  readonly retryAfter: number | null;
  readonly asked: string;
}

const BY_STATUS: Readonly<Record<number, FailureClass>> = {
  401: 'denied',
  403: 'denied',
  408: 'transient',
  409: 'conflict',
  429: 'throttled',
};

/** A write that was answered with a fault of the server's may have taken effect; a read can be repeated. */
export function failureOf(status: number, writes: boolean): FailureClass {
  const known = BY_STATUS[status];
  if (known) return known;
  if (status < 500) return 'permanent';
  return writes ? 'unknown' : 'transient';
}

/** Longest wait that is believed: more than that is a slip, or a limit of a day. */
const RETRY_AFTER_MAX_MS = 5 * 60_000;

/** `Retry-After` in seconds, or else the second at which the limit is reset. */
export function retryAfter({ header }: Pick<Received, 'header'>): number | null {
  const after = Number(header('retry-after') ?? Number.NaN);
  if (Number.isFinite(after)) return vercelBounded(after * 1000);
  const reset = Number(header('x-ratelimit-reset') ?? Number.NaN);
  const date = Date.parse(header('date') ?? '');
  return Number.isFinite(reset) && Number.isFinite(date)
    ? vercelBounded(reset * 1000 - date)
    : null;
}

const vercelBounded = (ms: number) => Math.min(Math.max(ms, 0), RETRY_AFTER_MAX_MS);

/** Codes of errors before anything was sent. */
const UNSENT = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
  'EHOSTUNREACH',
];

/** `fetch` says in a cause what other requests say themselves. */
interface Lost {
  readonly name: string;
  readonly code?: string;
  readonly cause?: { readonly code?: string; readonly message?: string };
}

/** The connection failed, or nobody waits any more. */
export function lost(error: unknown, asked: string, writes: boolean): ProviderError {
  const { cause, name, code: own } = error as Lost;
  const code = cause?.code ?? own ?? name;
  const failure: FailureClass = writes && !UNSENT.includes(code) ? 'unknown' : 'transient';
  const why = cause?.message || (error as Error).message;
  return new ProviderError(failure, `no answer from Vercel to ${asked}: ${why}`, { cause: error });
}
