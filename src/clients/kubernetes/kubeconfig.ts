import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ProviderError } from '../../contract/index.ts';
import { plainYaml } from './plain-yaml.ts';

interface NamedCluster {
  readonly name: string;
  readonly cluster: {
    readonly server: string;
    readonly 'certificate-authority'?: string;
    readonly 'certificate-authority-data'?: string;
    readonly 'insecure-skip-tls-verify'?: boolean;
    readonly 'tls-server-name'?: string;
    readonly 'proxy-url'?: string;
  };
}

export interface NamedUser {
  readonly name: string;
  readonly user: {
    readonly 'client-certificate'?: string;
    readonly 'client-certificate-data'?: string;
    readonly 'client-key'?: string;
    readonly 'client-key-data'?: string;
    readonly token?: string;
    readonly tokenFile?: string;
    readonly username?: string;
    readonly password?: string;
    readonly exec?: object;
    readonly 'auth-provider'?: object;
    readonly as?: string;
    readonly 'as-groups'?: readonly string[];
    readonly 'as-uid'?: string;
  };
}

interface NamedContext {
  readonly name: string;
  readonly context: {
    readonly cluster: string;
    readonly user: string;
    readonly namespace?: string;
  };
}

export interface Kubeconfig {
  readonly clusters: readonly NamedCluster[];
  readonly users: readonly NamedUser[];
  readonly contexts: readonly NamedContext[];
  readonly current: string | null;
}

/** One way into one cluster. */
export interface KubeconfigDoor {
  readonly context: string;
  readonly cluster: NamedCluster['cluster'];
  readonly user: NamedUser['user'];
  readonly namespace: string | null;
  readonly all: Kubeconfig;
}

type KubeconfigEnv = Readonly<Record<string, string | undefined>>;

/** Several files are one: of two entries with the same name the first counts, and so it is with the current context. */
export async function readKubeconfig(env: KubeconfigEnv): Promise<Kubeconfig> {
  const files = kubeconfigFilesIn(env);
  const read = await Promise.all(files.map(readOne));
  const found = read.filter((one) => one !== null);
  const named = (key: Entries) => {
    const byName = new Map<string, { name: string }>();
    for (const one of found)
      for (const entry of one[key]) if (!byName.has(entry.name)) byName.set(entry.name, entry);
    return [...byName.values()];
  };
  return {
    clusters: named('clusters') as NamedCluster[],
    users: named('users') as NamedUser[],
    contexts: named('contexts') as NamedContext[],
    current: found.find(({ current }) => current)?.current ?? null,
  };
}

type Entries = 'clusters' | 'users' | 'contexts';

function kubeconfigFilesIn({ KUBECONFIG, HOME }: KubeconfigEnv): readonly string[] {
  const named = KUBECONFIG?.split(':').filter(Boolean) ?? [];
  if (named.length > 0) return named;
  return HOME ? [join(HOME, '.kube', 'config')] : [];
}

/** A file that is not there counts as empty. */
async function readOne(file: string): Promise<Kubeconfig | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new ProviderError('denied', `${file}: ${error.message}`);
  });
  const written = ((await parsedOnce(text)) ?? {}) as Record<string, unknown>;
  const list = (key: string) => (Array.isArray(written[key]) ? written[key] : []);
  return {
    clusters: list('clusters').map((entry) => withPaths(entry, 'cluster', file)),
    users: list('users').map((entry) => withPaths(entry, 'user', file)),
    contexts: list('contexts'),
    current: (written['current-context'] as string | undefined) || null,
  };
}

/** Journal and provider read the same file in one command. */
const PARSED = new Map<string, Promise<unknown>>();

function parsedOnce(text: string): Promise<unknown> {
  const parsed = PARSED.get(text) ?? parsedFrom(text);
  PARSED.clear();
  PARSED.set(text, parsed);
  return parsed;
}

async function parsedFrom(text: string): Promise<unknown> {
  const plain = plainYaml(text);
  return plain === undefined && text !== '' ? (await import('yaml')).parse(text) : plain;
}

const PATHS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

/** Paths in it are meant from the folder of the file. */
function withPaths<T extends object>(entry: T, key: string, file: string): T {
  const inner = { ...(entry as Record<string, Record<string, unknown>>)[key] };
  for (const name of PATHS)
    if (typeof inner[name] === 'string') inner[name] = resolve(dirname(file), inner[name]);
  return { ...entry, [key]: inner };
}

/** The door that a context names; the current one where none is named. */
export function doorOf(all: Kubeconfig, context: string | null): KubeconfigDoor {
  const name = context ?? all.current;
  const known = all.contexts.map((entry) => entry.name).join(', ') || 'none';
  const found = all.contexts.find((entry) => entry.name === name)?.context;
  if (!name || !found)
    throw new ProviderError(
      'denied',
      `there is no context ${JSON.stringify(name ?? '')} in the kubeconfig (known: ${known}); name one of them with --via context=NAME, or set KUBECONFIG`,
    );
  const cluster = all.clusters.find((entry) => entry.name === found.cluster)?.cluster;
  if (!cluster?.server)
    throw new ProviderError(
      'denied',
      `the context ${name} names the cluster ${JSON.stringify(found.cluster ?? '')}, which the kubeconfig does not define; choose another context with --via context=NAME`,
    );
  const user = all.users.find((entry) => entry.name === found.user)?.user ?? {};
  return { context: name, cluster, user, namespace: found.namespace ?? null, all };
}
