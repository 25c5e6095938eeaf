import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { localProvider } from '../../../../providers/local/index.ts';
import { startTime } from '../../../../src/lib/process-life.ts';
import { asking, meansOf, sending } from '../../../helpers/calls.ts';
import { endProcess } from '../../../helpers/end-process.ts';
import { freePort } from '../../../helpers/free-port.ts';
import { LocalFixture, pause, until } from '../fixture.ts';

const run = promisify(execFile);

let fixture: LocalFixture;
const strangers: ChildProcess[] = [];
afterEach(async () => {
  await fixture.close();
  for (const stranger of strangers.splice(0)) stranger.kill('SIGKILL');
});

/** One that is there, and has taken over the replicas. */
const anotherKeeper = (killed: number) =>
  until('another keeper', async () => {
    const now = await fixture.status().catch(() => null);
    return now && now.pids.keeper !== killed && now.applied && now;
  });

describe('a release that does not come up', () => {
  it('because it crashes is reported with how it ended and its last words', async () => {
    fixture = await LocalFixture.open();
    const seen = await fixture.start(
      await fixture.release('v1', { env: { CRASH_AFTER: '30', NEVER_READY: '1' } }),
    );
    expect(seen).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(
        /^replica \d exits with code 1 before it is ready \(3 times\)$/,
      ),
      logs: expect.arrayContaining(['crashing as asked']),
    });
    expect((await fixture.provider.observe()).releases[0]).toMatchObject({
      ready: 0,
      health: 'unhealthy',
    });
  });

  it('is said to be asked to end, and until when, while it does not', async () => {
    fixture = await LocalFixture.open();
    const deaf =
      "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('deaf')";
    const release = await fixture.release('v1', {
      command: [process.execPath, '-e', deaf],
      replicas: 1,
      stop: { drain: 0, kill: 2000 },
    });
    await fixture.send({ kind: 'start', release, capacity: 100, weights: [] });
    await until('it runs', async () => {
      const log = join(fixture.home, 'releases', release.id, 'replica-1.log');
      return existsSync(log) && readFileSync(log, 'utf8').includes('deaf');
    });
    const retire = { kind: 'retire', release: release.id, keeps: null } as const;
    const key = await fixture.send(retire);
    const seen = new Set<string>();
    await until('it is gone', async () => {
      const found = await fixture.provider.verify(retire, asking(key));
      if (found.state === 'pending') seen.add(found.progress);
      return found.state === 'done';
    });
    expect([...seen]).toContain('1 still stopping: SIGTERM was sent, SIGKILL follows after 2s');
  });

  it('because its command does not exist is reported at once', async () => {
    fixture = await LocalFixture.open();
    const seen = await fixture.start(
      await fixture.release('v1', { command: ['no-such-program', '--port'] }),
    );
    expect(seen).toMatchObject({ state: 'failed', reason: 'command not found: no-such-program' });
  });

  it('because its folder does not exist is reported at once', async () => {
    fixture = await LocalFixture.open();
    const seen = await fixture.start(await fixture.release('v1', { cwd: 'no/such/folder' }));
    expect(seen).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/^folder not found: .*no\/such\/folder$/),
    });
  });

  it('because it is never ready stays pending, with what its check says', async () => {
    fixture = await LocalFixture.open();
    const release = await fixture.release('v1', { env: { NEVER_READY: '1' } });
    const operation = { kind: 'start', release, capacity: 100, weights: [] } as const;
    const key = await fixture.send(operation);
    await until('words about it', async () => {
      const seen = await fixture.provider.verify(operation, asking(key));
      return seen.state === 'pending' && seen.progress === '0 of 2 ready: /healthz answers 503';
    });
  });

  it('because a secret is missing is refused before anything is started', async () => {
    fixture = await LocalFixture.open();
    const release = await fixture.release('v1', { env: { TOKEN: { fromEnv: 'SHOP_TOKEN' } } });
    await expect(fixture.start(release)).rejects.toMatchObject({
      failure: 'permanent',
      message: 'environment variable SHOP_TOKEN is not set',
    });
  });
});

describe('ports', () => {
  it('that somebody else has are named, with who has them, and nothing is left behind', async () => {
    fixture = await LocalFixture.open();
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    const edge = { host: '127.0.0.1', port, metricsPort: 0, sticky: null };
    const settings = { edge, stop: { drain: 60_000, kill: 60_000 } };
    await expect(fixture.start(await fixture.release('v1', settings))).rejects.toMatchObject({
      failure: 'permanent',
      message: expect.stringMatching(
        new RegExp(`^port ${port} is in use by pid ${process.pid} \\(.+\\); stop that`),
      ),
    });
    const { id } = await fixture.release('v1', settings);
    const began = performance.now();
    const undo = { kind: 'retire', release: id, keeps: null } as const;
    expect(await fixture.make(undo)).toEqual({ state: 'done' });
    // At once, and not after the time in which a replica is stopped.
    expect(performance.now() - began).toBeLessThan(30_000);
    expect((await fixture.status()).replicas).toEqual([]);
    const { pids } = await fixture.status();
    process.kill(pids.keeper, 'SIGKILL');
    await until('no keeper', () => startTime(pids.keeper) === null);
    expect(await fixture.provider.verify(undo, asking('x'))).toEqual({ state: 'done' });
    other.close();
    expect(await fixture.start(await fixture.release('v1', { edge }))).toEqual({ state: 'done' });
    expect(await fixture.url()).toBe(`http://127.0.0.1:${port}`);
  });
});

describe('secrets', () => {
  it('reach the replicas, also those a new keeper starts, and no file', async () => {
    fixture = await LocalFixture.open({ SHOP_TOKEN: 'hush-1234567' });
    const file = join(fixture.folder, 'password');
    writeFileSync(file, 'hush-7654321\n');
    const script = `const { SHOP, FILE } = process.env; require('http').createServer((q, r) => r.end(SHOP + ' ' + FILE)).listen(process.env.PORT)`;
    await fixture.serve('v1', {
      command: [process.execPath, '-e', script],
      env: { SHOP: { fromEnv: 'SHOP_TOKEN' }, FILE: { fromFile: file } },
      replicas: 1,
    });
    const url = await fixture.url();
    expect(await (await fetch(url)).text()).toBe('hush-1234567 hush-7654321');

    const before = await fixture.status();
    process.kill(before.pids.keeper, 'SIGKILL');
    const { replicas } = await anotherKeeper(before.pids.keeper);
    process.kill(replicas[0]?.pid as number, 'SIGKILL');
    await until('another replica', async () => {
      const [replica] = (await fixture.status()).replicas;
      return (
        replica?.restarts === 1 && replica.state === 'ready' && (await fixture.status()).applied
      );
    });
    expect(await (await fetch(url)).text()).toBe('hush-1234567 hush-7654321');

    for (const name of fixture.files()) {
      const path = join(fixture.home, name);
      if (!/\.(json|log)$/.test(name) || !existsSync(path)) continue;
      expect(readFileSync(path, 'utf8'), name).not.toMatch(/hush-/);
    }
  });
});

it('what runs keeps its own secrets, whoever calls for something else', async () => {
  const script = `require('http').createServer((q, r) => r.end(process.env.SHOP)).listen(process.env.PORT)`;
  fixture = await LocalFixture.open({ SHOP_TOKEN: 'its own' });
  const v1 = await fixture.serve('v1', {
    command: [process.execPath, '-e', script],
    env: { SHOP: { fromEnv: 'SHOP_TOKEN' } },
    replicas: 1,
  });
  fixture.surroundings.env.SHOP_TOKEN = 'of another caller';
  expect(await fixture.start(await fixture.release('v2', { replicas: 1 }))).toEqual({
    state: 'done',
  });
  expect(await fixture.route({ [v1.id]: 100 })).toEqual({ state: 'done' });
  const isOurs = ({ release }: { readonly release: string }) => release === v1.id;
  process.kill((await fixture.status()).replicas.find(isOurs)?.pid as number, 'SIGKILL');
  await until('it is back', async () => {
    const { replicas, applied } = await fixture.status();
    const back = replicas.find(isOurs);
    return back?.restarts === 1 && back.state === 'ready' && applied;
  });
  expect(await (await fetch(await fixture.url())).text()).toBe('its own');
});

it('a secret that only a pipe would give out is refused, and holds up nobody', async () => {
  fixture = await LocalFixture.open();
  const file = join(fixture.folder, 'pipe');
  await run('mkfifo', [file]);
  expect(
    await fixture.start(await fixture.release('v1', { env: { FILE: { fromFile: file } } })),
  ).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining(
      `${file} is not a regular file, so it cannot be read again at each start`,
    ),
  });
});

describe('who may act', () => {
  it('somebody who was taken over is refused, also by the next keeper', async () => {
    fixture = await LocalFixture.open();
    const v1 = await fixture.serve('v1');
    fixture.fence = 9;
    await fixture.route({ [v1.id]: 100 });
    const { pids } = await fixture.status();
    process.kill(pids.keeper, 'SIGKILL');
    await anotherKeeper(pids.keeper);
    fixture.fence = 8;
    await expect(fixture.route({ [v1.id]: 100 })).rejects.toMatchObject({ failure: 'fenced' });
  });

  it('a split that somebody else has changed is a divergence, with both splits', async () => {
    fixture = await LocalFixture.open();
    const v1 = await fixture.serve('v1', { replicas: 1 });
    const v2 = await fixture.release('v2', { replicas: 1 });
    await fixture.start(v2);
    const ours = { kind: 'route', split: { [v1.id]: 90, [v2.id]: 10 }, match: null } as const;
    const key = await fixture.send(ours);
    expect(await fixture.settled(ours, key)).toEqual({ state: 'done' });
    const second = await localProvider.open(fixture.connection, meansOf());
    const split = { [v1.id]: 40, [v2.id]: 60 };
    await second.apply({ kind: 'route', split, match: null }, sending('x'));
    expect(await fixture.provider.verify(ours, asking(key))).toEqual({
      state: 'diverged',
      expected: ours.split,
      found: split,
    });
  });
});

describe('a pid that is used again', () => {
  it('is never signalled: start time and token must both be right', async () => {
    fixture = await LocalFixture.open();
    const v1 = await fixture.serve('v1', { replicas: 2 });
    const stranger = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    strangers.push(stranger);
    const { pids, replicas } = await fixture.status();
    process.kill(pids.keeper, 'SIGSTOP');
    process.kill(pids.edge as number, 'SIGKILL');
    process.kill(pids.keeper, 'SIGKILL');
    const record = (n: number, values: object) => {
      const file = join(fixture.home, 'releases', v1.id, `replica-${n}.json`);
      const known =
        n <= 2
          ? JSON.parse(readFileSync(file, 'utf8'))
          : { release: v1.id, n, port: 1, restarts: 0, token: 'x', kill: 10 };
      writeFileSync(file, JSON.stringify({ ...known, ...values }));
    };
    const pid = stranger.pid as number;
    record(1, { pid, started: startTime(pid) });
    record(3, { pid, started: '12345' });
    mkdirSync(join(fixture.home, 'releases', 'gone-1'), { recursive: true });
    const gone = {
      release: 'gone-1',
      n: 1,
      port: 1,
      restarts: 0,
      kill: 10,
      token: 'y',
      pid,
      started: startTime(pid),
    };
    writeFileSync(join(fixture.home, 'releases', 'gone-1', 'replica-1.json'), JSON.stringify(gone));

    await fixture.make({ kind: 'promote', release: v1.id });
    await until(
      'two ready',
      async () => (await fixture.provider.observe()).releases[0]?.ready === 2,
    );
    const now = await fixture.status();
    expect(now.replicas.map((replica) => replica.pid)).not.toContain(pid);
    expect(now.replicas.map((replica) => replica.pid)).toContain(
      replicas.find(({ n }) => n === 2)?.pid,
    );
    await fixture.make({ kind: 'retire', release: v1.id, keeps: null });
    await pause(100);
    expect(startTime(pid)).not.toBeNull();
    for (const { pid: left } of replicas) if (left !== null && startTime(left)) endProcess(left);
  });
});
