import { existsSync, globSync, readFileSync, rmSync, statSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { logs } from '../../../../providers/local/client/logs.ts';
import { homeOf } from '../../../../providers/local/home/folder.ts';
import { down } from '../../../../providers/local/host.ts';
import type { LogLine } from '../../../../src/contract/index.ts';
import { startTime } from '../../../../src/lib/process-life.ts';
import { LocalFixture, pidsOf, until } from '../fixture.ts';

let fixture: LocalFixture;
afterEach(() => fixture.close());

/** Resolves when it has begun, to what becomes of it. */
const streaming = (url: string) =>
  new Promise<{ rest: Promise<string> }>((resolve, reject) => {
    get(`${url}/stream`, { agent: false }, (response) => {
      response.setEncoding('utf8');
      const rest = response.toArray().then((parts) => parts.join(''));
      rest.catch(() => {});
      resolve({ rest });
    }).on('error', reject);
  });

/** Answers at once, and is never done. */
const endless = `require('http').createServer(({ url }, response) => {
  response.write('begun');
  if (url !== '/stream') response.end();
}).listen(process.env.PORT)`;

describe('a release that is retired', () => {
  it('finishes what it has before it is asked to stop', async () => {
    fixture = await LocalFixture.open();
    const v1 = await fixture.serve('v1', { replicas: 1 });
    const v2 = await fixture.release('v2', { replicas: 1 });
    await fixture.start(v2);
    const { rest } = await streaming(await fixture.url());
    await fixture.route({ [v2.id]: 100 });
    expect(await fixture.make({ kind: 'retire', release: v1.id, keeps: v2.id })).toEqual({
      state: 'done',
    });
    const text = await rest;
    expect(text.match(/v1 line/g)).toHaveLength(10);
  });

  it('is drained although it has no share left, and a SIGTERM would end it at once', async () => {
    fixture = await LocalFixture.open();
    const script = `require('http').createServer(({ url }, response) => {
      if (url !== '/stream') return response.end();
      response.write('begun, ');
      setTimeout(() => response.end('and ended'), 1000);
    }).listen(process.env.PORT)`;
    const v1 = await fixture.serve('v1', {
      command: [process.execPath, '-e', script],
      replicas: 1,
    });
    const v2 = await fixture.release('v2', { replicas: 1 });
    await fixture.start(v2);
    const running = fetch(`${await fixture.url()}/stream`);
    const { body } = await running;
    expect(await fixture.route({ [v1.id]: 0, [v2.id]: 100 })).toEqual({ state: 'done' });
    expect(await fixture.make({ kind: 'retire', release: v1.id, keeps: v2.id })).toEqual({
      state: 'done',
    });
    expect(await new Response(body).text()).toBe('begun, and ended');
  });

  it('is asked to stop when its drain time is over, whatever is still in flight', async () => {
    fixture = await LocalFixture.open();
    const v1 = await fixture.serve('v1', {
      command: [process.execPath, '-e', endless],
      replicas: 1,
      stop: { drain: 200, kill: 300 },
    });
    const { rest } = await streaming(await fixture.url());
    expect(await fixture.make({ kind: 'retire', release: v1.id, keeps: null })).toEqual({
      state: 'done',
    });
    await expect(rest).rejects.toThrow('aborted');
  });

  it('and ignores SIGTERM is killed with everything it has started', async () => {
    fixture = await LocalFixture.open();
    const script = `const { spawn } = require('child_process'); process.on('SIGTERM', () => {});
      const child = spawn('sleep', ['60'], { stdio: 'ignore' });
      require('http').createServer((q, r) => r.end(String(child.pid))).listen(process.env.PORT)`;
    const v1 = await fixture.serve('v1', {
      command: [process.execPath, '-e', script],
      replicas: 1,
      stop: { drain: 100, kill: 200 },
    });
    const child = Number(await (await fetch(await fixture.url())).text());
    expect(startTime(child)).not.toBeNull();
    const [replica] = (await fixture.status()).replicas;
    const began = performance.now();
    expect(await fixture.make({ kind: 'retire', release: v1.id, keeps: null })).toEqual({
      state: 'done',
    });
    expect(performance.now() - began).toBeGreaterThan(190);
    expect(startTime(replica?.pid as number)).toBeNull();
    await until('the child is gone too', () => startTime(child) === null);
    expect(await (await fetch(await fixture.url())).text()).toContain('no release gets traffic');
  });
});

describe('down', () => {
  it('leaves no process and no file but logs', async () => {
    fixture = await LocalFixture.open();
    await fixture.serve('v1');
    const pids = pidsOf(await fixture.status());
    expect(pids).toHaveLength(4);
    const url = await fixture.url();
    expect(await down(fixture.connection)).toBe(true);
    expect(pids.filter((pid) => startTime(pid) !== null)).toEqual([]);
    const files = fixture.files().filter((name) => statSync(join(fixture.home, name)).isFile());
    expect(files.filter((name) => !/\.log(\.1)?$/.test(name))).toEqual([]);
    await expect(fetch(url)).rejects.toThrow();
    expect(await fixture.provider.observe()).toMatchObject({
      releases: [],
      live: null,
      split: null,
    });
    expect(await down(fixture.connection)).toBe(false);
  });

  it('also ends what is left after both programs were killed', async () => {
    fixture = await LocalFixture.open();
    await fixture.serve('v1');
    const { pids, replicas } = await fixture.status();
    process.kill(pids.keeper, 'SIGSTOP');
    process.kill(pids.edge as number, 'SIGKILL');
    process.kill(pids.keeper, 'SIGKILL');
    expect(await down(fixture.connection)).toBe(true);
    expect(replicas.filter(({ pid }) => startTime(pid as number) !== null)).toEqual([]);
  });
});

describe('a state folder that is deleted', () => {
  it('means that nothing is wanted any more: no process is left that nobody could reach', async () => {
    fixture = await LocalFixture.open();
    await fixture.serve('v1', { stop: { drain: 100, kill: 500 } });
    const pids = pidsOf(await fixture.status());
    rmSync(fixture.home, { recursive: true });
    await until('everything has ended', () => pids.every((pid) => startTime(pid) === null));
  });
});

/** They tell people when something was said, or whether a file is still the same: nothing waits by it. */
const TELL_THE_TIME = [
  '**/edge/access-log.ts',
  '**/edge/certificate.ts',
  '**/home/log-file.ts',
  '**/home/log-times.ts',
];

describe('programs', () => {
  it('run in a session of their own, so that no terminal and no caller ends them', async () => {
    fixture = await LocalFixture.open();
    await fixture.serve('v1', { replicas: 1 });
    for (const pid of pidsOf(await fixture.status())) {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const [, , group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      expect([Number(group), Number(session)]).toEqual([pid, pid]);
    }
  });

  it('say in the list of processes what they are and whose', async () => {
    fixture = await LocalFixture.open({}, '', 'prod');
    await fixture.start(await fixture.release('v1', { replicas: 1 }));
    const { pids } = await fixture.status();
    const title = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0+$/, '');
    expect(title(pids.keeper)).toBe('deployctl-keeper shop prod');
    expect(title(pids.edge as number)).toBe('deployctl-edge shop prod');
  });

  it('of a service and of an environment that look alike are kept apart', () => {
    const home = (service: string, environment: string | null) =>
      homeOf({ service, environment, env: { HOME: '/home/me' } });
    expect(home('shop', 'prod')).not.toBe(home('shop-prod', null));
    expect(home('shop', null)).toBe('/home/me/.local/state/deployctl/local/shop');
  });

  it('never measure time by a clock that can be set', () => {
    const sources = globSync('providers/local/**/*.ts', { exclude: TELL_THE_TIME });
    expect(sources.length).toBeGreaterThan(30);
    const guilty = sources.filter((file) =>
      /\bDate\b|\.wall\(|\bmtime|\bsetDate/.test(readFileSync(file, 'utf8')),
    );
    expect(guilty).toEqual([]);
  });

  it('can be reached although the path of their folder is too long for a socket', async () => {
    fixture = await LocalFixture.open({}, 'a-long-name-'.repeat(8));
    expect(await fixture.start(await fixture.release('v1', { replicas: 1 }))).toEqual({
      state: 'done',
    });
    const socket = join(fixture.home, 'control.sock');
    expect(statSync(socket).mode & 0o077).toBe(0);
    rmSync(socket);
    await until('it listens again', () => existsSync(socket));
    expect((await fixture.provider.observe()).releases).toMatchObject([{ ready: 1 }]);
  });
});

describe('files', () => {
  it('belong to their owner only', async () => {
    fixture = await LocalFixture.open();
    await fixture.serve('v1');
    for (const name of ['.', ...fixture.files()]) {
      const { mode } = statSync(join(fixture.home, name));
      expect(`${name} ${(mode & 0o077).toString(8)}`).toBe(`${name} 0`);
    }
  });

  it('of logs stay below their cap, and the last lines can be read', async () => {
    fixture = await LocalFixture.open();
    const script = `require('http').createServer((q, r) => { console.log('line', q.url, 'x'.repeat(1000)); r.end(); }).listen(process.env.PORT)`;
    const v1 = await fixture.serve('v1', {
      command: [process.execPath, '-e', script],
      replicas: 1,
      logs: { maxSize: 20_000 },
      ready: { path: null, status: null, interval: 50, timeout: 500 },
    });
    const url = await fixture.url();
    for (let i = 0; i < 30; i++) await fetch(`${url}/${i}`);
    const file = join(fixture.home, 'releases', v1.id, 'replica-1.log');
    await until('the log is cut', () => statSync(file).size < 20_000);
    expect(readFileSync(`${file}.1`, 'utf8')).toContain('line /0');
    for (let i = 30; i < 33; i++) await fetch(`${url}/${i}`);

    const seen: LogLine[] = [];
    await logs(
      fixture.connection,
      { follow: false, lines: 4, signal: new AbortController().signal },
      (line) => seen.push(line),
    );
    expect(seen.map(({ text }) => text.slice(0, 8))).toEqual([
      'line /29',
      'line /30',
      'line /31',
      'line /32',
    ]);
    expect(seen[0]).toMatchObject({ release: v1.id, replica: 1 });

    const over = new AbortController();
    const later: string[] = [];
    const following = logs(
      fixture.connection,
      { follow: true, lines: 0, signal: over.signal },
      ({ text }) => later.push(text),
    );
    await fetch(`${url}/new`);
    await until('the new line', () => later.some((text) => text.startsWith('line /new')));
    over.abort();
    await following;
  });
});
