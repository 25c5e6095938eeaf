import type { Dispatcher } from 'undici';
import { authorityOf, type Credentials } from '../credentials.ts';
import type { KubeconfigDoor } from '../kubeconfig.ts';
import type { Wire, WireKeys } from './wire.ts';

export type { Wire, WireAnswer } from './wire.ts';

/** By the protocol that the server speaks; each is loaded only where it is spoken. */
export async function wireTo(door: KubeconfigDoor, credentials: Credentials): Promise<Wire> {
  const { server, 'proxy-url': proxy } = door.cluster;
  const end = { server, keys: await wireKeysOf(door, credentials) };
  if (proxy) return (await import('./proxied.ts')).proxiedWire(end, proxy);
  if (server.startsWith('http:')) return (await import('./parallel.ts')).parallelWire(end);
  return (await import('./shared.ts')).sharedWire(end);
}

/** For requests that become another protocol. */
export async function upgradingWireTo(
  door: KubeconfigDoor,
  credentials: Credentials,
): Promise<Dispatcher> {
  const keys = await wireKeysOf(door, credentials);
  return (await import('./proxied.ts')).dispatcherOver(keys, door.cluster['proxy-url']);
}

async function wireKeysOf(door: KubeconfigDoor, { cert, key }: Credentials): Promise<WireKeys> {
  const ca = await authorityOf(door);
  const { 'insecure-skip-tls-verify': isUnverified, 'tls-server-name': servername } = door.cluster;
  return {
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    ...(isUnverified ? { rejectUnauthorized: false as const } : {}),
    ...(servername ? { servername } : {}),
  };
}
