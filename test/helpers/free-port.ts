import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what the kernel gives to outgoing connections, and replicas take theirs from above that. */
const FIRST = 20_000;
/** Each process has a block of its own: whoever picks a port listens on it much later. */
const [BLOCKS, SIZE] = [120, 100];
const block = FIRST + (process.pid % BLOCKS) * SIZE;
let picked = 0;

/** A port that nobody listens on at this moment, and that nobody else is given. */
export async function freePort(): Promise<number> {
  const port = block + (picked++ % SIZE);
  const server = createServer().listen(port, '127.0.0.1');
  const isFree = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  if (!isFree) return freePort();
  server.close();
  await once(server, 'close');
  return port;
}
