import { type FailureClass, ProviderError } from '../../contract/index.ts';
import { WIRE_NOT_CONNECTED } from './wire/wire.ts';

/** What the API server said no with. */
export class ApiError extends ProviderError {
  /** HTTP status; 0 where there was no answer. */
  readonly code: number;
  /** The server's word: `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`. */
  readonly reason: string;

  constructor(failure: FailureClass, message: string, more: ApiErrorDetails) {
    super(failure, message, {
      cause: more.cause,
      ...(more.retryAfter === undefined ? {} : { retryAfter: more.retryAfter }),
    });
    this.code = more.code;
    this.reason = more.reason;
  }
}

interface ApiErrorDetails {
  readonly code: number;
  readonly reason: string;
  readonly retryAfter?: number | undefined;
  readonly cause?: unknown;
}

export interface Refusal {
  readonly status: number;
  readonly text: string;
  /** Of the header, in seconds. */
  readonly retryAfter: string | undefined;
  /** What was asked, for people: `PATCH deployments/web`. */
  readonly what: string;
  readonly isWrite: boolean;
}

const CLASSES: Readonly<Record<number, FailureClass>> = {
  401: 'denied',
  403: 'denied',
  408: 'transient',
  409: 'conflict',
  410: 'transient',
  429: 'throttled',
  502: 'transient',
  503: 'transient',
};

/** These come from behind the server, and what was written may have taken effect. */
const UNSURE = [500, 504];

export function refused(refusal: Refusal): ApiError {
  const { status, what } = refusal;
  const { message, reason, retryAfterSeconds } = statusIn(refusal.text);
  const seconds = Number(refusal.retryAfter ?? retryAfterSeconds);
  return new ApiError(classOf(refusal, message), `${what}: ${message || `HTTP ${status}`}`, {
    code: status,
    reason,
    retryAfter: Number.isFinite(seconds) ? seconds * 1000 : undefined,
  });
}

function classOf({ status, isWrite }: Refusal, message: string): FailureClass {
  if (UNSURE.includes(status)) return isWrite ? 'unknown' : 'transient';
  // What is full or going away is no matter of rights.
  if (status === 403 && /exceeded quota|is being terminated/.test(message)) return 'permanent';
  // A patch that expects a version finds another.
  if (status === 422 && UNFIT.test(message)) return 'conflict';
  return CLASSES[status] ?? 'permanent';
}

/** What the server says of a patch that does not fit: of its own kinds, and of those that others brought. */
const UNFIT = /testing value|rejected our request due to an error in our request/;

interface FailureStatus {
  readonly message: string;
  readonly reason: string;
  readonly retryAfterSeconds: number | undefined;
}

/** The body is JSON from the server itself, and anything from a proxy before it. */
function statusIn(text: string): FailureStatus {
  try {
    const body = JSON.parse(text) as {
      message?: string;
      reason?: string;
      details?: { retryAfterSeconds?: number; causes?: readonly { message?: string }[] };
    };
    const causes = body.details?.causes?.flatMap(({ message }) => message ?? []) ?? [];
    // Its own words may be general where a cause is exact.
    const missing = causes.filter((cause) => !body.message?.includes(cause));
    return {
      message: [body.message ?? '', ...missing].filter(Boolean).join(': '),
      reason: body.reason ?? '',
      retryAfterSeconds: body.details?.retryAfterSeconds,
    };
  } catch {
    return { message: text.trim().slice(0, 200), reason: '', retryAfterSeconds: undefined };
  }
}

/** Errors of a connection that surely carried nothing to the server. */
const FAILURE_NEVER_SENT = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  WIRE_NOT_CONNECTED,
];
/** The other side is not who it should be; another try finds the same. */
const NOT_TRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/;

/** No answer came. */
export function failureUnanswered(error: unknown, what: string, isWrite: boolean): ApiError {
  const { code = '', message } = error as { code?: string; message: string };
  const words = `${what}: ${message || code || 'no answer'}`;
  return new ApiError(classOfSilence(code, isWrite), words, {
    code: 0,
    reason: code,
    cause: error,
  });
}

function classOfSilence(code: string, isWrite: boolean): FailureClass {
  if (NOT_TRUSTED.test(code)) return 'permanent';
  return isWrite && !FAILURE_NEVER_SENT.includes(code) ? 'unknown' : 'transient';
}
