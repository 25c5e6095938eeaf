import { createSign } from 'node:crypto';
import { Secret, type SecretReference, type SourceMeans } from '../../src/contract/index.ts';
import { type ExchangeQuestion, exchange } from '../kit/exchange.ts';
import { jsonIn, Refused } from '../kit/numbers/desk.ts';
import { partOf } from '../kit/numbers/parts.ts';

type TokenMeans = Pick<SourceMeans, 'clock' | 'cwd' | 'env' | 'readSecret' | 'redact'>;

const MONITORING_SCOPE = 'https://www.googleapis.com/auth/monitoring.read';
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const METADATA = '/computeMetadata/v1/instance/service-accounts/default/token';
/** Ms before its end at which a token is replaced. */
const EARLY = 60_000;

export type ReadToken = (key: SecretReference | null, signal: AbortSignal) => Promise<Secret>;

/** Tokens of an account or of this machine, kept until shortly before they expire. */
export function createTokens(means: TokenMeans): ReadToken {
  const kept = new Map<string, { token: Secret; until: number }>();
  return async (key, signal) => {
    const id = JSON.stringify(key);
    const known = kept.get(id);
    if (known && means.clock.monotonic() < known.until) return known.token;
    const question = key ? await byKey(key, means) : ofMachine(means.env);
    const answer = await exchange(means, question, signal);
    // Nothing of the answer is quoted: it may be a token.
    if (answer.status !== 200)
      throw new Refused(
        answer.status,
        `no token was given: ${question.url.host} answered ${answer.status}`,
      );
    const document = jsonIn({ ...answer, hide: () => '' });
    const token = partOf(document, 'access_token');
    if (typeof token !== 'string') throw new Refused(answer.status, 'no token was given');
    const seconds = Number(partOf(document, 'expires_in')) || 0;
    const fresh = {
      token: new Secret(token),
      until: means.clock.monotonic() + seconds * 1000 - EARLY,
    };
    kept.set(id, fresh);
    return fresh.token;
  };
}

function ofMachine(env: TokenMeans['env']): ExchangeQuestion {
  const host = env.GCE_METADATA_HOST ?? 'metadata.google.internal';
  const headers = { 'metadata-flavor': 'Google' };
  return { url: new URL(`http://${host}${METADATA}`), method: 'GET', headers, body: null };
}

/** A statement signed with the key of the account, that is exchanged for a token. */
async function byKey(reference: SecretReference, means: TokenMeans): Promise<ExchangeQuestion> {
  const account = accountIn((await means.readSecret(reference, means.cwd)).reveal());
  const now = Math.floor(means.clock.wall() / 1000);
  const claims = {
    iss: account.email,
    scope: MONITORING_SCOPE,
    aud: account.uri,
    iat: now,
    exp: now + 3600,
  };
  const unsigned = [{ alg: 'RS256', typ: 'JWT' }, claims].map(encoded).join('.');
  const assertion = `${unsigned}.${signed(unsigned, account.key)}`;
  return {
    url: new URL(account.uri),
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: GRANT, assertion }).toString(),
  };
}

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

/** What goes wrong here may quote the key. */
function signed(text: string, key: string): string {
  try {
    return createSign('RSA-SHA256').update(text).sign(key, 'base64url');
  } catch {
    throw new Error('the key of the service account cannot sign');
  }
}

function accountIn(text: string): { email: string; key: string; uri: string } {
  let document: unknown = null;
  try {
    document = JSON.parse(text);
  } catch {
    // Said below, without a word of it.
  }
  const [email, key, uri = 'https://oauth2.googleapis.com/token'] = [
    'client_email',
    'private_key',
    'token_uri',
  ].map((name) => partOf(document, name));
  if (typeof email === 'string' && typeof key === 'string' && typeof uri === 'string')
    return { email, key, uri };
  throw new Error('what `key` refers to is not the JSON key of a service account');
}
