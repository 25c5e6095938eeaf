import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from '../../../../providers/local/machine/ports.ts';

const TAKEN = 400;

test('a port for a replica is none that the kernel may give to a connection meanwhile', async () => {
  const range = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').trim().split(/\s+/);
  const ports = await Promise.all(Array.from({ length: TAKEN }, freePort));
  const last = Number(range[1]);
  if (last < 65_535) expect(Math.min(...ports)).toBeGreaterThan(last);
  expect(new Set(ports).size).toBe(TAKEN);
});

test('a port that somebody listens on is not handed out', async () => {
  const servers: Server[] = [];
  try {
    for (let taken = 0; taken < 50; taken++) {
      const server = createServer().listen(await freePort(), '127.0.0.1');
      await once(server, 'listening');
      servers.push(server);
    }
    const ports = servers.map((server) => (server.address() as { port: number }).port);
    expect(new Set(ports).size).toBe(servers.length);
  } finally {
    for (const server of servers) server.close();
  }
});
