import { Secret, type SecretReference, type SourceMeans } from '../../src/contract/index.ts';

/** As a config has them: a header's value, or where a secret one is read when the request is sent. */
export type HeaderSettings = Readonly<Record<string, string | SecretReference>>;

/** A secret that stands in a header as part of more: a token, a password with its name. */
export interface WovenSecret {
  readonly secret: SecretReference | Secret;
  readonly as: (secret: string) => string;
}

/** As a source sends them: also what it made or was given on the way. */
type HeaderValue = HeaderSettings[string] | WovenSecret | Secret;
export type SentHeaders = Readonly<Record<string, HeaderValue>>;

export interface Revealed {
  readonly headers: Readonly<Record<string, string>>;
  /** Leaves none of the secrets in a text that somebody may read. */
  readonly hide: (text: string) => string;
}

type SecretsPlace = Pick<SourceMeans, 'cwd' | 'readSecret'> & Partial<Pick<SourceMeans, 'redact'>>;

/** Reads the secrets that headers refer to. They go into the request and nowhere else. */
export async function reveal(headers: SentHeaders, place: SecretsPlace): Promise<Revealed> {
  const pairs: [string, string][] = [];
  const secrets: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string') pairs.push([name, value]);
    else {
      const { secret, text } = await headerValueOf(name, value, place);
      secrets.push(...formsOf(secret), ...formsOf(text));
      pairs.push([name, text]);
    }
  }
  return { headers: Object.fromEntries(pairs), hide: hiding(secrets, place.redact) };
}

/** The secret, and how it stands in the header. */
async function headerValueOf(
  name: string,
  value: Exclude<HeaderValue, string>,
  place: SecretsPlace,
): Promise<{ secret: string; text: string }> {
  const { secret, as } = 'as' in value ? value : { secret: value, as: undefined };
  const text = secret instanceof Secret ? secret.reveal() : await secretOf(name, secret, place);
  return sent(name, text, as);
}

const sent = (name: string, secret: string, as = (text: string) => text) => ({
  secret,
  text: sendable(name, as(secret)),
});

async function secretOf(
  name: string,
  reference: SecretReference,
  { cwd, readSecret }: SecretsPlace,
): Promise<string> {
  const secret = await readSecret(reference, cwd).catch((error: Error) => {
    throw new Error(`header ${name}: ${error.message}`);
  });
  return secret.reveal();
}

/** Said here, because whoever sends it might quote it. */
function sendable(name: string, value: string): string {
  if (/^[\t\x20-\x7e\x80-\xff]+$/.test(value)) return value;
  throw new Error(`header ${name}: what it refers to cannot stand in a header`);
}

/** As an answer may repeat it: without its scheme (`Bearer …`), inside JSON, a URL or base64. */
function formsOf(secret: string): readonly string[] {
  return [secret, secret.slice(secret.indexOf(' ') + 1)].flatMap((text) => [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
    Buffer.from(text).toString('base64'),
  ]);
}

function hiding(
  secrets: readonly string[],
  redact: SecretsPlace['redact'] = (text) => text,
): (text: string) => string {
  const longestFirst = [...new Set(secrets)]
    .filter((secret) => secret !== '')
    .sort((a, b) => b.length - a.length);
  return (text) =>
    redact(longestFirst.reduce((rest, secret) => rest.replaceAll(secret, '***'), text));
}

/** As programs are told them: a header on each line, as `curl -H @-` reads them. */
export const headerLines = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
