import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { readOrNull } from '../../../src/lib/process-life.ts';
import { systemRandom } from '../../../src/lib/random.ts';

const HANDED_OUT = 60_000;
const recent = new Map<number, number>();

/** So many are tried before the kernel is asked for any. */
const TRIES = 50;
const LAST = 65_535;

/** A port that is free now and was not handed out a moment ago. Others may still be faster. */
export async function freePort(): Promise<number> {
  const now = performance.now();
  for (const [port, at] of recent) if (now - at > HANDED_OUT) recent.delete(port);
  for (let tries = 1; ; tries++) {
    const port = tries > TRIES ? await bind(0) : await bind(quietPort()).catch(() => null);
    if (port === null || recent.has(port)) continue;
    recent.set(port, now);
    return port;
  }
}

/**
 * Above those that the kernel gives to outgoing connections: any of these may be taken in the moment
 * between our look and the bind of the service. 0, which is any, where it gives all of them.
 */
function quietPort(): number {
  const range = readOrNull('/proc/sys/net/ipv4/ip_local_port_range')?.trim().split(/\s+/);
  const first = Number(range?.[1] ?? LAST) + 1;
  return first > LAST ? 0 : first + Math.floor(systemRandom.next() * (LAST + 1 - first));
}

function bind(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Why a port cannot be listened on, with who has it. */
export function whyRefused({ code, port }: { code: string; port: number }): string {
  if (code !== 'EADDRINUSE') return `port ${port} cannot be listened on (${code})`;
  const owner = listenerOn(port)?.words;
  return `port ${port} is in use${owner ? ` by ${owner}` : ''}; stop that, or give the edge another port`;
}

/**
 * The port in the way of whoever wants to listen at this address. Binds it only where the system says
 * that somebody listens on it, perhaps at another address: a free one is left to whoever is about to.
 */
export async function isTaken(host: string, port: number): Promise<boolean> {
  if (listeningInode(port) === null) return false;
  return new Promise((resolve) => {
    const server = createServer().once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'EADDRINUSE'),
    );
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(false)));
  });
}

interface PortsListener {
  /** As it calls itself. */
  readonly command: string;
  /** `pid 4711 (node server.js)` */
  readonly words: string;
}

/** Null when nobody does, or the kernel does not tell us. */
export function listenerOn(port: number): PortsListener | null {
  const inode = listeningInode(port);
  if (!inode) return null;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (!holds(pid, `socket:[${inode}]`)) continue;
    const command = commandOf(pid);
    return { command, words: `pid ${pid} (${clipped(command)})` };
  }
  return null;
}

const LISTENING = '0A';

function listeningInode(port: number): string | null {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const rows = attemptPorts(() => readFileSync(table, 'utf8').split('\n').slice(1)) ?? [];
    for (const row of rows) {
      const fields = row.trim().split(/\s+/);
      if (fields[3] === LISTENING && fields[1]?.endsWith(`:${wanted}`)) return fields[9] ?? null;
    }
  }
  return null;
}

function holds(pid: string, socket: string): boolean {
  const files = attemptPorts(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
  return files.some(
    (file) => attemptPorts(() => readlinkSync(`/proc/${pid}/fd/${file}`)) === socket,
  );
}

const LONGEST_COMMAND = 80;

function commandOf(pid: string): string {
  const words = attemptPorts(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')) ?? [];
  return words.join(' ').trim();
}

function clipped(text: string): string {
  return text.length > LONGEST_COMMAND ? `${text.slice(0, LONGEST_COMMAND - 1)}…` : text;
}

function attemptPorts<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
