import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what the kernel gives to outgoing connections, and replicas take theirs from above that. */
const FIRST = 20_000;
/** Each process has a block of its own: whoever picks a port listens on it much later. */
const [BLOCKS, SIZE] = [100, 100];
let block: Promise<number> | null = null;
let picked = 0;

/** A port that nobody listens on at this moment, and that nobody else is given. */
export async function freePort(): Promise<number> {
  block ??= ownBlock();
  const first = await block;
  for (;;) {
    const port = first + 1 + (picked++ % (SIZE - 1));
    const server = await listening(port);
    if (!server) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

/** Whoever listens on the first port of a block has all of it, until the end of the process. */
async function ownBlock(): Promise<number> {
  for (let tried = 0; tried < BLOCKS; tried++) {
    const first = FIRST + ((process.pid + tried) % BLOCKS) * SIZE;
    const server = await listening(first);
    if (!server) continue;
    server.unref();
    return first;
  }
  throw new Error('every block of ports has its owner');
}

async function listening(port: number) {
  const server = createServer().listen(port, '127.0.0.1');
  return once(server, 'listening').then(
    () => server,
    () => null,
  );
}
