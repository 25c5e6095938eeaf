import { createHash, createHmac } from 'node:crypto';
import type { AwsKeys } from './access.ts';

export interface SignedRequest {
  readonly method: string;
  readonly url: URL;
  /** All of them are signed; `host` is that of the URL. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SignaturePlace {
  readonly region: string;
  /** As AWS names it in signatures: `monitoring`, `aps`. */
  readonly service: string;
  /** Wall clock ms. */
  readonly at: number;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** The headers that prove who asks (Signature Version 4); to be sent beside those that are signed. */
export function signatureOf(
  request: SignedRequest,
  keys: AwsKeys,
  { region, service, at }: SignaturePlace,
): Readonly<Record<string, string>> {
  const time = new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
  const day = time.slice(0, 8);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const added = {
    'x-amz-date': time,
    ...(keys.sessionToken ? { 'x-amz-security-token': keys.sessionToken } : {}),
  };
  const { text, names } = canonicalRequest(request, { ...request.headers, ...added });
  const toSign = [ALGORITHM, time, scope, hash(text)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => hmac(secret, part),
    `AWS4${keys.secretAccessKey}`,
  );
  const signature = hmac(key, toSign).toString('hex');
  const credential = `Credential=${keys.accessKeyId}/${scope}`;
  return {
    ...added,
    authorization: `${ALGORITHM} ${credential}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

function canonicalRequest(
  { method, url, body }: SignedRequest,
  headers: Readonly<Record<string, string>>,
): { text: string; names: string } {
  const all = Object.entries({ ...headers, host: url.host })
    .map(([name, value]) => [name.toLowerCase(), value.trim().replace(/ +/g, ' ')] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const names = all.map(([name]) => name).join(';');
  const query = [...url.searchParams]
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .sort()
    .join('&');
  const path = url.pathname.split('/').map(escaped).join('/');
  const lines = all.map(([name, value]) => `${name}:${value}\n`).join('');
  return { text: [method, path, query, lines, names, hash(body)].join('\n'), names };
}

/** Stricter than encodeURIComponent, as the rules for signatures want it. */
const escaped = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) =>
  createHmac('sha256', key).update(text).digest();
