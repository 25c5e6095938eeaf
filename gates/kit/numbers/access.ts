import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SecretReference } from '../../../src/contract/index.ts';
import type { ExchangeTls, Sender } from '../exchange.ts';
import type { HeaderSettings, SentHeaders, WovenSecret } from '../secrets.ts';

/** How a server is told who asks. */
export interface Access {
  /** A form of its own, where the settings have the secret alone. */
  readonly authorization?: WovenSecret;
  readonly headers: HeaderSettings;
  readonly auth:
    | { readonly bearer: SecretReference; readonly basic?: undefined }
    | {
        readonly bearer?: undefined;
        readonly basic: { readonly user: string; readonly password: SecretReference };
      }
    | null;
  readonly tls: {
    readonly ca: string | null;
    readonly cert: string | null;
    readonly key: SecretReference | null;
    readonly serverName: string | null;
  } | null;
}

export const NO_ACCESS: Access = { headers: {}, auth: null, tls: null };

export interface Allowed {
  readonly headers: SentHeaders;
  readonly tls: ExchangeTls | null;
}

export async function accessFor(access: Access, sender: Sender): Promise<Allowed> {
  const { headers, auth, tls } = access;
  const authorization = access.authorization ?? (auth && wovenOf(auth));
  return {
    headers: { ...headers, ...(authorization ? { authorization } : {}) },
    tls: tls && (await tlsOf(tls, sender)),
  };
}

const wovenOf = (auth: NonNullable<Access['auth']>): WovenSecret =>
  auth.bearer
    ? { secret: auth.bearer, as: (token) => `Bearer ${token}` }
    : { secret: auth.basic.password, as: basicOf(auth.basic.user) };

const basicOf = (user: string) => (password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

async function tlsOf(
  { ca, cert, key, serverName }: NonNullable<Access['tls']>,
  { cwd, readSecret }: Sender,
): Promise<ExchangeTls> {
  return {
    ...(ca === null ? {} : { ca: await certificate('ca', cwd, ca) }),
    ...(cert === null ? {} : { cert: await certificate('cert', cwd, cert) }),
    ...(key === null ? {} : { key: (await readSecret(key, cwd)).reveal() }),
    ...(serverName === null ? {} : { servername: serverName }),
  };
}

async function certificate(key: string, cwd: string, path: string): Promise<string> {
  return readFile(resolve(cwd, path), 'utf8').catch(({ code }: NodeJS.ErrnoException) => {
    throw new Error(`tls.${key}: ${path} cannot be read (${code ?? 'unknown'})`);
  });
}
