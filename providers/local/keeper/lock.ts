import { readdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { openPrivate } from '../../../src/lib/safe-files/private-folder.ts';

/**
 * The right to be the keeper of a home: a socket in it, `lock.1`, `lock.2` and so on, of which the
 * last one counts. Only the kernel makes nobody listen there, and only when its process is dead; and
 * nobody else can come into the home to listen first. Null while another keeper lives, or came at the
 * same time: then it is tried again.
 */
export async function lock(home: string): Promise<Server | null> {
  const held = openPrivate(home);
  const at = (n: number) => pathIn(held.at(`lock.${n}`), n);
  const numbers = () => locksIn(held.at('.'));
  const before = numbers();
  const mine = (before.at(-1) ?? 0) + 1;
  const server = (await anyLives(before.map(at))) ? null : await listenAt(at(mine));
  if (!server) {
    held.close();
    return null;
  }
  server.once('close', () => held.close());
  // Two that come at the same time see each other: each listens before it looks.
  const others = numbers().filter((n) => n !== mine);
  if (others.some((n) => n > mine) || (await anyLives(others.map(at)))) {
    server.close();
    return null;
  }
  for (const n of others) rmSync(at(n), { force: true });
  return server;
}

/** Where no path leads through a descriptor it may be too long; a keeper stands in its home. */
const pathIn = (path: string, n: number) => (path.startsWith('/proc/') ? path : `lock.${n}`);

function locksIn(folder: string): number[] {
  return readdirSync(folder)
    .flatMap((name) => /^lock\.(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

async function anyLives(paths: readonly string[]): Promise<boolean> {
  return (await Promise.all(paths.map(lives))).includes(true);
}

const DEAD = ['ECONNREFUSED', 'ENOENT'];

/** What cannot be told counts as alive: two keepers are worse than none. */
function lives(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', ({ code = '' }: NodeJS.ErrnoException) => resolve(!DEAD.includes(code)));
  });
}

function listenAt(path: string): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(null));
    server.listen(path, () => resolve(server));
  });
}
