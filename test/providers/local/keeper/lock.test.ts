import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lock } from '../../../../providers/local/keeper/lock.ts';
import { until } from '../fixture.ts';

let home: string;
const held: Server[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'deployctl-lock-'));
});
afterEach(async () => {
  for (const server of held.splice(0)) await closed(server);
  rmSync(home, { recursive: true, force: true });
});

const closed = (server: Server) => new Promise((resolve) => server.close(resolve));

async function take(): Promise<Server | null> {
  const server = await lock(home);
  if (server) held.push(server);
  return server;
}

/** What is left of a keeper that was killed: a socket on which nobody listens. */
async function dead(n: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(home, 'socket'), resolve));
  const { linkSync } = await import('node:fs');
  linkSync(join(home, 'socket'), join(home, `lock.${n}`));
  await closed(server);
}

it('is held by one, and free again when that one is dead', async () => {
  const first = await take();
  expect(first).not.toBeNull();
  expect(await take()).toBeNull();
  await closed(held.pop() as Server);
  expect(await take()).not.toBeNull();
});

it('is held by a process that is stopped and accepts nobody', async () => {
  const first = (await take()) as Server;
  first.maxConnections = 0;
  expect(await take()).toBeNull();
});

it('is taken from the dead, of whom nothing is left', async () => {
  await dead(1);
  await dead(7);
  expect(await take()).not.toBeNull();
  expect(readdirSync(home)).toEqual(['lock.8']);
  expect(await take()).toBeNull();
});

it('is not held by what is no socket', async () => {
  writeFileSync(join(home, 'lock.3'), '');
  writeFileSync(join(home, 'lock.x'), '');
  expect(await take()).not.toBeNull();
  expect(readdirSync(home).sort()).toEqual(['lock.4', 'lock.x']);
});

it('is never held by two, however many come at the same time', async () => {
  for (let round = 0; round < 40; round++) {
    if (round % 3 === 0) await dead(round + 1);
    let winners = 0;
    await until('one has it', async () => {
      const came = await Promise.all(Array.from({ length: 6 }, take));
      winners += came.filter(Boolean).length;
      return winners > 0;
    });
    expect(winners, `round ${round}`).toBe(1);
    expect(await take()).toBeNull();
    await closed(held.pop() as Server);
  }
});
