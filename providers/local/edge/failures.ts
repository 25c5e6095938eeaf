const failuresCodeOf = (error: Error) => (error as NodeJS.ErrnoException).code ?? '';

/** Not one byte was sent. */
export function isRefused(error: Error): boolean {
  return (
    failuresCodeOf(error) === 'ECONNREFUSED' || failuresCodeOf(error) === 'UND_ERR_CONNECT_TIMEOUT'
  );
}

/** The client library would not even write it. */
export function isUnsendable(error: Error): boolean {
  return (
    failuresCodeOf(error) === 'UND_ERR_INVALID_ARG' ||
    failuresCodeOf(error) === 'UND_ERR_NOT_SUPPORTED'
  );
}

export function isTimeout(error: Error): boolean {
  return (
    failuresCodeOf(error) === 'UND_ERR_HEADERS_TIMEOUT' ||
    failuresCodeOf(error) === 'UND_ERR_BODY_TIMEOUT'
  );
}

export function wordsFor(error: Error, release: string): string {
  if (isTimeout(error)) return `Gateway timeout: release ${release} did not answer in time.`;
  return `Bad gateway: release ${release} could not be reached (${failuresCodeOf(error) || error.message}).`;
}
