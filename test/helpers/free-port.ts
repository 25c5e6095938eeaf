import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what the kernel gives to outgoing connections, and replicas take theirs from above that. */
const [FIRST, COUNT] = [20_000, 12_000];

/** A port that nobody listens on at this moment, and that nobody is given by chance. */
export async function freePort(): Promise<number> {
  const port = FIRST + Math.floor(Math.random() * COUNT);
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
