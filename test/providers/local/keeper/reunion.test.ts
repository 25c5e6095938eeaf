import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer, type ListenOptions, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { keeperLog } from '../../../../providers/local/home/folder.ts';
import type { Handle } from '../../../../providers/local/home/messages.ts';
import { lock } from '../../../../providers/local/keeper/lock.ts';
import { launch } from '../../../../providers/local/machine/programs.ts';
import { freePort } from '../../../helpers/free-port.ts';
import { LocalFixture, pause, until } from '../fixture.ts';

let fixture: LocalFixture;
afterEach(() => fixture.close());

/** Pids of all keepers and edges here, loaded or not. */
function programs(): { keepers: number[]; edges: number[] } {
  const found = readdirSync('/proc').flatMap((name) => {
    try {
      if (readlinkSync(`/proc/${name}/cwd`) !== fixture.home) return [];
      return [{ pid: Number(name), words: readFileSync(`/proc/${name}/cmdline`, 'utf8') }];
    } catch {
      return [];
    }
  });
  const those = (program: RegExp) =>
    found.filter(({ words }) => program.test(words)).map(({ pid }) => pid);
  return {
    keepers: those(/deployctl-keeper|keeper\/main/),
    edges: those(/deployctl-edge|edge\/main/),
  };
}

const answers = async (url: string) =>
  (await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => null))?.status === 200;

/** One keeper and one edge that know each other, and requests are answered. */
const whole = (url: string) =>
  until(
    'keeper and edge have each other',
    async () => {
      const { keepers, edges } = programs();
      const alone = keepers.length === 1 && edges.length === 1;
      if (!alone || !(await answers(url))) return false;
      // A keeper that is still being loaded cannot be asked yet.
      const status = await fixture.status().catch(() => null);
      if (!status?.applied) return false;
      const { keeper, edge } = status.pids;
      return keeper === keepers[0] && edge === edges[0] && { keeper, edge };
    },
    45_000,
  );

const kill = (pid: number | null | undefined) => pid && process.kill(pid, 'SIGKILL');
/** One that was killed a moment ago can still be listed. */
const another = (program: 'keepers' | 'edges', pid: number | null) =>
  until(`others among the ${program}`, () => programs()[program].find((one) => one !== pid));
/** Ms; an edge is loaded and listens well within them. */
const delays = [...Array.from({ length: 10 }, (_, i) => i * 20), 200, 240, 280, 340, 400];

/** A keeper as a dying edge starts it: the test is the edge. */
function startKeeper(): ChildProcess {
  return launch('keeper', fixture.home, { log: keeperLog(fixture.home), ipc: true });
}

/** As soon as those who died have let go of it. */
const listening = (where: ListenOptions) =>
  until(
    'nobody listens there',
    () =>
      new Promise<Server | null>((resolve) => {
        const server = createServer().once('error', () => resolve(null));
        server.listen(where, () => resolve(server));
      }),
  );

const loaded = (pid: number | undefined) =>
  until('the program is loaded', () =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('deployctl-'),
  );

/**
 * On ports that no outgoing connection of another test is given: when keeper and edge have died, the
 * ports are free for anybody until the next edge listens.
 */
async function serveAlone(): Promise<void> {
  const [port, metricsPort] = [await freePort(), await freePort()];
  const edge = { host: '127.0.0.1', port, metricsPort, sticky: null };
  await fixture.serve('v1', { replicas: 1, edge });
}

describe('keeper and edge', () => {
  it('find each other again whenever the keeper is killed while it starts an edge', {
    timeout: 180_000,
  }, async () => {
    fixture = await LocalFixture.open();
    await serveAlone();
    const url = await fixture.url();
    for (const delay of delays) {
      const { keeper, edge } = await whole(url);
      kill(edge);
      await another('edges', edge);
      await pause(delay);
      kill(keeper);
    }
    await whole(url);
  });

  it('find each other again after a keeper whose edge died without a word took over', async () => {
    fixture = await LocalFixture.open();
    await serveAlone();
    const url = await fixture.url();
    const { keeper } = await whole(url);
    const bereft = startKeeper();
    await loaded(bereft.pid);
    bereft.disconnect();
    await pause(100);
    kill(keeper);
    await whole(url);
  });

  it.each([false, true])(
    'leave the port free that a dead edge had sent to a keeper (loaded: %s)',
    async (late) => {
      fixture = await LocalFixture.open();
      await serveAlone();
      const url = await fixture.url();
      const { keeper, edge } = await whole(url);
      process.kill(keeper, 'SIGSTOP');
      kill(edge);
      kill(keeper);
      await until('both are dead', () => programs().edges.length + programs().keepers.length === 0);
      const server = await listening({ host: '127.0.0.1', port: Number(new URL(url).port) });
      const bereft = startKeeper();
      if (late) await loaded(bereft.pid);
      const { _handle } = server as unknown as { _handle: Handle };
      bereft.send({ kind: 'socket', socket: 'public' }, _handle);
      server.close();
      bereft.disconnect();
      await whole(url);
    },
  );

  it('find each other although the edge died while its keeper waited to be the only one', async () => {
    fixture = await LocalFixture.open();
    await serveAlone();
    const url = await fixture.url();
    const { keeper, edge } = await whole(url);
    process.kill(edge, 'SIGSTOP');
    kill(keeper);
    const held = await until('the lock is free', () => lock(fixture.home));
    process.kill(edge, 'SIGCONT');
    const waiting = await another('keepers', keeper);
    await loaded(waiting);
    await pause(100);
    kill(edge);
    held.close();
    await whole(url);
  });

  it('find each other although a keeper dies before it took the sockets of its edge', async () => {
    fixture = await LocalFixture.open();
    await serveAlone();
    const url = await fixture.url();
    const { keeper, edge } = await whole(url);
    kill(keeper);
    const next = await another('keepers', keeper);
    process.kill(next, 'SIGSTOP');
    // The socket is sent, and waits for a word that never comes.
    await pause(100);
    kill(next);
    expect((await whole(url)).edge).toBe(edge);
  });

  it('begin although the first edge was killed before it listened', async () => {
    fixture = await LocalFixture.open();
    const release = await fixture.release('v1');
    const operation = { kind: 'start', release, capacity: 100, weights: [] } as const;
    const sent = fixture.send(operation);
    kill(await another('edges', null));
    expect(await fixture.settled(operation, await sent)).toEqual({ state: 'done' });
  });
});
