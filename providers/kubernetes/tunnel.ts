import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { WebSocket } from 'undici';
import { pathTo, withPrefix } from '../../src/clients/kubernetes/index.ts';
import type { Reach } from '../../src/contract/index.ts';
import type { KubeGround } from './sight.ts';

interface KubeEnd {
  readonly pod: string;
  readonly port: number;
}

/** A port of this machine whose connections come out at a port of the pod, as `kubectl port-forward` does. */
export async function openTunnel(
  ground: KubeGround,
  end: KubeEnd,
  signal?: AbortSignal,
): Promise<Reach> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => socket.destroy());
    forward(ground, end, socket).catch(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening', signal ? { signal } : {});
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    headers: {},
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const PROTOCOL = 'v4.channel.k8s.io';
/** The first byte of a message says which stream it is of. */
const DATA = 0;
const TROUBLE = 1;
/** Each stream begins with two bytes that repeat the port. */
const PREAMBLE = 3;

async function forward(
  { cluster, connection }: KubeGround,
  { pod, port }: KubeEnd,
  socket: Socket,
) {
  const { dispatcher, headers } = await cluster.connection.upgrading();
  const { door } = cluster.connection;
  const place = {
    kind: 'pods',
    namespace: connection.namespace,
    name: pod,
    part: 'portforward',
  } as const;
  const url = new URL(`${withPrefix(door, pathTo(place))}?ports=${port}`, door.cluster.server);
  url.protocol = url.protocol.replace('http', 'ws');
  const line = new WebSocket(url, { protocols: [PROTOCOL], dispatcher, headers });
  line.binaryType = 'arraybuffer';
  const begun = new Set<number>();
  line.addEventListener('message', ({ data }) => {
    const bytes = new Uint8Array(data as ArrayBuffer);
    const channel = bytes[0] ?? DATA;
    if (bytes.length === PREAMBLE && !begun.has(channel)) return void begun.add(channel);
    if (channel === TROUBLE) return void socket.destroy();
    socket.write(bytes.subarray(1));
  });
  line.addEventListener('close', () => socket.end());
  line.addEventListener('error', () => socket.destroy());
  socket.on('close', () => line.close());
  socket.pause();
  await new Promise<void>((resolve, reject) => {
    line.addEventListener('open', () => resolve());
    line.addEventListener('close', () => reject(new Error('the tunnel was closed')));
  });
  socket.on('data', (bytes: Buffer) => line.send(Buffer.concat([Buffer.of(DATA), bytes])));
  socket.resume();
}
