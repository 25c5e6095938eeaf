const codeOf = (error: Error) => (error as NodeJS.ErrnoException).code ?? '';

/** Not one byte was sent. */
export function isRefused(error: Error): boolean {
  return codeOf(error) === 'ECONNREFUSED' || codeOf(error) === 'UND_ERR_CONNECT_TIMEOUT';
}

/** The client library would not even write it. */
export function isUnsendable(error: Error): boolean {
  return codeOf(error) === 'UND_ERR_INVALID_ARG' || codeOf(error) === 'UND_ERR_NOT_SUPPORTED';
}

export function isTimeout(error: Error): boolean {
  return codeOf(error) === 'UND_ERR_HEADERS_TIMEOUT' || codeOf(error) === 'UND_ERR_BODY_TIMEOUT';
}

export function wordsFor(error: Error, release: string): string {
  if (isTimeout(error)) return `Gateway timeout: release ${release} did not answer in time.`;
  return `Bad gateway: release ${release} could not be reached (${codeOf(error) || error.message}).`;
}
