import type { AnswerAsked } from './answer.ts';

/** The value of a cookie as it was sent, or null. */
export function cookieOf(request: AnswerAsked, name: string): string | null {
  const header = request.headers.cookie;
  if (!header) return null;
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals > 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return null;
}
