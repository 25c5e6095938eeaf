import { readFile } from 'node:fs/promises';
import { ProviderError } from '../../contract/index.ts';
import type { KubeconfigDoor, NamedUser } from './kubeconfig.ts';

/** What a request must carry, and what the connection must be made with. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
}

/** The folder where a pod finds who it is. */
const IN_CLUSTER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The door of a pod to its own cluster; null elsewhere. */
export async function doorFromInside(
  env: Readonly<Record<string, string | undefined>>,
): Promise<KubeconfigDoor | null> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (!host || !port) return null;
  const namespace = await readFile(`${IN_CLUSTER}/namespace`, 'utf8').catch(() => null);
  if (namespace === null) return null;
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    context: 'in-cluster',
    cluster: { server, 'certificate-authority': `${IN_CLUSTER}/ca.crt` },
    user: { tokenFile: `${IN_CLUSTER}/token` },
    namespace,
    all: { clusters: [], users: [], contexts: [], current: null },
  };
}

/** Text that is given as it is, in base64, or as the name of a file. */
async function material(
  data: string | undefined,
  file: string | undefined,
): Promise<Buffer | undefined> {
  if (data !== undefined) return Buffer.from(data, 'base64');
  if (file === undefined) return undefined;
  return readFile(file).catch((error: Error) => {
    throw new ProviderError('denied', error.message);
  });
}

export const authorityOf = ({ cluster }: KubeconfigDoor): Promise<Buffer | undefined> =>
  material(cluster['certificate-authority-data'], cluster['certificate-authority']);

export async function credentialsOf(door: KubeconfigDoor): Promise<Credentials> {
  const { user } = door;
  const plain =
    user.exec || user['auth-provider'] ? await byPlugin(door) : await credentialsWritten(user);
  return { ...plain, headers: { ...plain.headers, ...impersonation(user) } };
}

async function credentialsWritten(user: NamedUser['user']): Promise<Credentials> {
  const cert = await material(user['client-certificate-data'], user['client-certificate']);
  const key = await material(user['client-key-data'], user['client-key']);
  const token = user.tokenFile
    ? (await material(undefined, user.tokenFile))?.toString().trim()
    : user.token;
  return {
    headers: token ? { authorization: `Bearer ${token}` } : basic(user),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
  };
}

function basic({ username, password }: NamedUser['user']): Record<string, string> {
  if (username === undefined) return {};
  return {
    authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}`,
  };
}

function impersonation(user: NamedUser['user']): Record<string, string> {
  return {
    ...(user.as ? { 'impersonate-user': user.as } : {}),
    ...(user['as-uid'] ? { 'impersonate-uid': user['as-uid'] } : {}),
  };
}

/** A program that knows the credentials: the library runs it, and is loaded only for that. */
async function byPlugin({ context, all }: KubeconfigDoor): Promise<Credentials> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromString(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: all.clusters,
      users: all.users,
      contexts: all.contexts,
      'current-context': context,
    }),
  );
  const options: { headers?: Record<string, string>; cert?: string; key?: string } = {};
  await config.applyToHTTPSOptions(options).catch((error: Error) => {
    throw new ProviderError('denied', `the credentials of ${context}: ${error.message}`);
  });
  const headers = Object.entries(options.headers ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    String(value),
  ]);
  return {
    headers: Object.fromEntries(headers),
    ...(options.cert ? { cert: options.cert } : {}),
    ...(options.key ? { key: options.key } : {}),
  };
}
