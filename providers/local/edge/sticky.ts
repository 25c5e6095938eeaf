import type { Table } from '../home/messages.ts';
import type { AnswerAsked } from './answer.ts';
import type { Origin } from './client-address.ts';
import { cookieOf } from './cookie.ts';
import { cameBy } from './headers.ts';

/** Only when the client does not say it already: an answer with a cookie is not cached. */
export function rememberSticky(
  headers: string[],
  { sticky, release }: { sticky: Table['sticky']; release: string },
  { request, from }: { request: AnswerAsked; from: Origin },
): void {
  if (!sticky || cookieOf(request, sticky.cookie) === release) return;
  const age = Math.round(sticky.maxAge / 1000);
  const secure = cameBy(request, from) === 'https' ? '; Secure' : '';
  headers.push(
    'set-cookie',
    `${sticky.cookie}=${release}; Max-Age=${age}; Path=/; HttpOnly; SameSite=Lax${secure}`,
  );
}
