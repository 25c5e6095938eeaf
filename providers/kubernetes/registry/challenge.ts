import type { Login } from './login.ts';

/** How a registry wants to be asked: `Bearer realm="…",service="…",scope="…"`. */
interface Challenge {
  readonly scheme: string;
  readonly words: Readonly<Record<string, string>>;
}

export function challengeIn(header: string | null): Challenge | null {
  const [, scheme, rest] = /^\s*([A-Za-z]+)\s+(.*)$/s.exec(header ?? '') ?? [];
  if (scheme === undefined || rest === undefined) return null;
  const pairs = [...rest.matchAll(/([a-z_]+)="([^"]*)"/gi)].map(
    ([, name = '', value = '']) => [name.toLowerCase(), value] as const,
  );
  return { scheme: scheme.toLowerCase(), words: Object.fromEntries(pairs) };
}

/** What to send in the second try; null where nothing is known that would be taken. */
export async function answerTo(
  { scheme, words }: Challenge,
  login: Login | null,
  signal: AbortSignal,
): Promise<string | null> {
  const basic = login && `Basic ${login}`;
  if (scheme === 'basic') return basic;
  if (scheme !== 'bearer' || words.realm === undefined) return null;
  const realm = new URL(words.realm);
  // A password goes nowhere in the clear, whoever asks for it.
  if (realm.protocol !== 'https:' && !isThisMachine(realm.hostname)) return null;
  for (const name of ['service', 'scope'])
    if (words[name] !== undefined) realm.searchParams.set(name, words[name]);
  const answer = await fetch(realm, { signal, headers: basic ? { authorization: basic } : {} });
  if (!answer.ok) return null;
  const { token, access_token: other } = (await answer.json()) as {
    token?: string;
    access_token?: string;
  };
  const given = token ?? other;
  return given === undefined ? null : `Bearer ${given}`;
}

export const isThisMachine = (host: string) =>
  host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
