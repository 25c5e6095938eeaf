import type { Measurement } from '../../src/contract/index.ts';
import { PatternError } from './pattern.ts';
import { no, unread } from './reading.ts';

/** What the other side does when it is reached but does not serve. */
const TLS_REFUSALS = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_OVERFLOW',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
];

/** No answer to a question about numbers: the source is at fault, not the release. */
export function troubleOf(
  error: unknown,
  signal: AbortSignal,
  unit: Measurement['unit'] = 'yesNo',
): Measurement {
  if (signal.aborted) return unread('timeout', lateness(signal), unit);
  const trouble = unread('sourceError', troubleWordsOf(error), unit);
  return isPermanent(error) ? { ...trouble, permanent: true } : trouble;
}

/** The other side answered that it is we who have to change something. */
const isPermanent = (error: unknown) =>
  (error as { permanent?: unknown } | null)?.permanent === true;

/**
 * No answer to a probe: whom it asks is the release itself, so a refused connection or a silence is
 * a no. A name that does not resolve or a broken certificate is a fault of the way there.
 */
export function unserved(error: unknown, signal: AbortSignal): Measurement {
  if (error instanceof PatternError) return unread('sourceError', error.message);
  if (signal.aborted)
    return isDeadline(signal) ? no('no answer in time') : troubleOf(error, signal);
  return isRefusal(error) ? no(troubleWordsOf(error)) : troubleOf(error, signal);
}

export function isRefusal(error: unknown): boolean {
  const code = codeOf(error);
  return TLS_REFUSALS.includes(code) || code.startsWith('HPE_');
}

/** Ended by a deadline; any other abort means that nobody wants the answer any more. */
function isDeadline({ reason }: AbortSignal): boolean {
  return (reason as Error | undefined)?.name === 'TimeoutError';
}

function lateness(signal: AbortSignal): string {
  return isDeadline(signal) ? 'no answer in time' : 'stopped before an answer came';
}

/** A failed connect to several addresses arrives as one error with an empty message. */
function troubleWordsOf(error: unknown): string {
  const { message, errors } = error as AggregateError;
  return (
    message ||
    errors?.map((inner: Error) => inner.message).join('; ') ||
    codeOf(error) ||
    String(error)
  );
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? '');
}
