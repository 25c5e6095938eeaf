import { afterEach, describe, expect, it } from 'vitest';
import { up } from '../../../../providers/local/host.ts';
import { localProvider } from '../../../../providers/local/index.ts';
import { asking, meansOf, sending } from '../../../helpers/calls.ts';
import { LocalFixture, pause, until } from '../fixture.ts';
import { load, STEADY } from '../load.ts';

let fixture: LocalFixture;
afterEach(() => fixture.close());

describe('what is killed comes back', () => {
  it('a killed keeper is back at once, with the same replicas, and no request fails', async () => {
    fixture = await LocalFixture.open();
    const v1 = await fixture.serve('v1');
    const before = await fixture.status();
    const traffic = load(await fixture.url(), STEADY);
    await until('traffic', () => traffic.result.requests > 100);
    const killed = performance.now();
    process.kill(before.pids.keeper, 'SIGKILL');
    const after = await until('another keeper', async () => {
      const now = await fixture.status().catch(() => null);
      return now && now.pids.keeper !== before.pids.keeper && now;
    });
    const took = performance.now() - killed;
    await pause(300);
    const { failures, requests } = await traffic.stop();

    expect(failures).toEqual([]);
    expect(requests).toBeGreaterThan(100);
    expect(after.replicas.map(({ pid }) => pid).sort()).toEqual(
      before.replicas.map(({ pid }) => pid).sort(),
    );
    expect((await fixture.status()).replicas.map(({ restarts }) => restarts)).toEqual([0, 0]);
    expect((await fixture.provider.observe()).split).toEqual({ [v1.id]: 100 });
    expect(took).toBeLessThan(20_000);
  });

  it('a killed edge is back at once: connections wait meanwhile, none is refused', async () => {
    fixture = await LocalFixture.open();
    await fixture.serve('v1');
    const { pids } = await fixture.status();
    const traffic = load(await fixture.url(), { fresh: true });
    await until('traffic', () => traffic.result.requests > 100);
    process.kill(pids.edge as number, 'SIGKILL');
    const inFlightThen = 8;
    await until(
      'another edge',
      async () =>
        (await fixture.status()).pids.edge !== pids.edge && (await fixture.status()).applied,
    );
    await pause(300);
    const { failures, refused, slowest } = await traffic.stop();

    expect(refused).toBe(0);
    expect(failures.length).toBeLessThanOrEqual(inFlightThen);
    expect(new Set(failures)).toEqual(failures.length > 0 ? new Set(['ECONNRESET']) : new Set());
    expect(slowest).toBeLessThan(20_000);
  });

  it('keeper and edge killed one after the other, again and again, keep the same port and replicas', async () => {
    fixture = await LocalFixture.open();
    await fixture.serve('v1');
    const url = await fixture.url();
    const first = await fixture.status();
    for (let round = 0; round < 3; round++) {
      const { pids } = await fixture.status();
      process.kill(pids.keeper, 'SIGKILL');
      await until('another keeper', async () => {
        const now = await fixture.status().catch(() => null);
        return now && now.pids.keeper !== pids.keeper && now.applied;
      });
      const { pids: next } = await fixture.status();
      process.kill(next.edge as number, 'SIGKILL');
      await until('another edge', async () => {
        const now = await fixture.status();
        return now.pids.edge !== null && now.pids.edge !== next.edge && now.applied;
      });
      expect((await fetch(url)).status).toBe(200);
    }
    const last = await fixture.status();
    expect(await fixture.url()).toBe(url);
    expect(last.replicas.map(({ pid }) => pid).sort()).toEqual(
      first.replicas.map(({ pid }) => pid).sort(),
    );
  });

  it('with both killed, the next command brings everything back on the same port with the same replicas', async () => {
    fixture = await LocalFixture.open();
    const v1 = await fixture.serve('v1');
    const url = await fixture.url();
    const before = await fixture.status();
    process.kill(before.pids.keeper, 'SIGSTOP');
    process.kill(before.pids.edge as number, 'SIGKILL');
    process.kill(before.pids.keeper, 'SIGKILL');

    const seen = await fixture.provider.observe();
    expect(seen.releases).toMatchObject([{ id: v1.id, ready: 0, health: 'unhealthy' }]);
    expect(seen.notes).toHaveLength(1);

    await fixture.make({ kind: 'promote', release: v1.id });
    const after = await until('ready again', async () => {
      const now = await fixture.status();
      return now.applied && now.replicas.every(({ state }) => state === 'ready') && now;
    });
    expect(await fixture.url()).toBe(url);
    expect(after.replicas.map(({ pid }) => pid).sort()).toEqual(
      before.replicas.map(({ pid }) => pid).sort(),
    );
    expect(await (await fetch(url)).text()).toContain('"version":"v1"');
  });

  it('a killed replica costs no request of those that can be repeated, and is started again', async () => {
    fixture = await LocalFixture.open();
    await fixture.serve('v1', { replicas: 3 });
    const { replicas } = await fixture.status();
    const traffic = load(await fixture.url(), STEADY);
    await until('traffic', () => traffic.result.requests > 100);
    process.kill(replicas[0]?.pid as number, 'SIGKILL');
    await until('three again', async () => {
      const now = await fixture.status();
      return (
        now.replicas.filter(({ state }) => state === 'ready').length === 3 &&
        now.replicas.some(({ restarts }) => restarts === 1)
      );
    });
    expect((await traffic.stop()).failures).toEqual([]);
    expect((await fixture.provider.observe()).releases[0]?.restarts).toBe(1);
  });

  it('a change goes on to its end although whoever asked for it is gone', async () => {
    fixture = await LocalFixture.open();
    const v1 = await fixture.serve('v1');
    const v2 = await fixture.release('v2', { env: { SLOW_START: '400' } });
    await fixture.send({ kind: 'start', release: v2, capacity: 100, weights: [] });
    await fixture.provider.close();
    process.kill((await fixture.status()).pids.keeper, 'SIGKILL');
    await until('both releases', async () => {
      const { releases } = await fixture.provider.observe();
      return releases.length === 2 && releases.every(({ ready }) => ready === 2);
    });
    expect((await fixture.provider.observe()).split).toEqual({ [v1.id]: 100 });
  });
});

describe('after a reboot', () => {
  const reboot = async () => {
    const { pids, replicas } = await fixture.status();
    process.kill(pids.keeper, 'SIGSTOP');
    process.kill(pids.edge as number, 'SIGKILL');
    for (const { pid } of replicas) process.kill(pid as number, 'SIGKILL');
    process.kill(pids.keeper, 'SIGKILL');
    await until('everything has ended', () => fixture.living().length === 0);
  };
  const script = `require('http').createServer((q, r) => r.end(process.env.TOKEN)).listen(process.env.PORT)`;
  const secretive = {
    command: [process.execPath, '-e', script],
    env: { TOKEN: { fromEnv: 'SHOP_TOKEN' } },
  };

  it('what was wanted is shown, and begun with again on its port when somebody says so', async () => {
    fixture = await LocalFixture.open({ SHOP_TOKEN: 'hush-1234567' });
    const v1 = await fixture.serve('v1', secretive);
    const url = await fixture.url();
    await reboot();
    expect(await fixture.provider.observe()).toMatchObject({
      releases: [{ id: v1.id, desired: 2, ready: 0, health: 'unhealthy' }],
      live: v1.id,
      split: { [v1.id]: 100 },
      endpoints: { public: null },
      notes: [expect.stringContaining('nothing runs here now')],
    });
    const route = { kind: 'route', split: { [v1.id]: 100 }, match: null } as const;
    expect(await fixture.provider.verify(route, asking('x'))).toMatchObject({ state: 'pending' });

    expect(await up(fixture.connection, { env: fixture.surroundings.env })).toBe(true);
    await until(
      'two ready',
      async () => (await fixture.provider.observe()).releases[0]?.ready === 2,
    );
    expect(await fixture.url()).toBe(url);
    expect(await (await fetch(url)).text()).toBe('hush-1234567');
  });

  it('any change does that too; without its secrets nothing is started, and that is said', async () => {
    fixture = await LocalFixture.open({ SHOP_TOKEN: 'hush-1234567' });
    const v1 = await fixture.serve('v1', {
      ...secretive,
      restart: { backoff: 60_000, max: 60_000 },
    });
    await reboot();
    const stranger = await localProvider.open(fixture.connection, meansOf());
    const promote = { kind: 'promote', release: v1.id } as const;
    await stranger.apply(promote, sending('x'));
    await until(
      'words about it',
      async () =>
        (await fixture.provider.observe()).releases[0]?.note?.startsWith(
          'replica 1: environment variable SHOP_TOKEN is not set; next start in ',
        ) ?? false,
    );
    await fixture.send(promote);
    await until(
      'two ready',
      async () => (await fixture.provider.observe()).releases[0]?.ready === 2,
    );
  });

  it('there is nothing to begin with where nothing was wanted', async () => {
    fixture = await LocalFixture.open();
    expect(await up(fixture.connection, { env: {} })).toBe(false);
  });
});
