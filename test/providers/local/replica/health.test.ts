import { afterEach, describe, expect, it } from 'vitest';
import { LocalFixture, until } from '../fixture.ts';
import { load, STEADY } from '../load.ts';

let fixture: LocalFixture;
afterEach(() => fixture.close());

/** Told by a request, it answers `/ready`, or that and `/live`, with 500 from then on. */
const script = `let ready = 200, live = 200;
  require('http').createServer(({ url }, response) => {
    if (url === '/tire') ready = 500;
    if (url === '/rest') ready = 200;
    if (url === '/hang') ready = live = 500;
    response.writeHead(url === '/ready' ? ready : url === '/live' ? live : 200).end(String(process.pid));
  }).listen(process.env.PORT)`;
const probe = { status: null, interval: 20, timeout: 500 };
const settings = {
  command: [process.execPath, '-e', script],
  ready: { ...probe, path: '/ready' },
};

const seen = async () => (await fixture.provider.observe()).releases[0];
const ports = async () => (await fixture.status()).replicas.map(({ port }) => port);

describe('a replica that is not ready any more', () => {
  it('gets no requests until it is again, and is not restarted', async () => {
    fixture = await LocalFixture.open();
    await fixture.serve('v1', { ...settings, live: { ...probe, path: '/live' } });
    const [tired] = await ports();
    const traffic = load(await fixture.url(), STEADY);
    await fetch(`http://127.0.0.1:${tired}/tire`);
    await until('it is out', async () => (await seen())?.ready === 1);
    expect(await seen()).toMatchObject({
      desired: 2,
      health: 'degraded',
      capacity: 50,
      restarts: 0,
      starting: 0,
      note: expect.stringMatching(/^replica \d: \/ready answers 500$/),
    });
    await fetch(`http://127.0.0.1:${tired}/rest`);
    await until('it is back', async () => (await seen())?.health === 'healthy');
    expect(await seen()).toMatchObject({ ready: 2, restarts: 0, note: null });
    expect((await traffic.stop()).failures).toEqual([]);
  });
});

describe('a replica that is ready', () => {
  it('is asked now and then, and can tell who asks', async () => {
    fixture = await LocalFixture.open();
    const counting = `const asked = [];
      require('http').createServer(({ url, headers }, response) => {
        if (url === '/ready') asked.push([Date.now(), headers['user-agent']]);
        response.end(JSON.stringify(asked));
      }).listen(process.env.PORT)`;
    await fixture.serve('v1', {
      command: [process.execPath, '-e', counting],
      ready: { ...probe, path: '/ready', interval: 100 },
      replicas: 1,
    });
    const asked = await until('six probes', async () => {
      const list = (await (await fetch(await fixture.url())).json()) as [number, string][];
      return list.length >= 6 && list;
    });
    const gaps = asked.slice(1).map(([at], i) => at - (asked[i]?.[0] ?? 0));
    // Where a question comes late, the time to the next one is short; there are others.
    expect(Math.max(...gaps.slice(-3))).toBeGreaterThan(400);
    expect(asked.at(-1)?.[1]).toBe('deployctl-probe');
  });
});

describe('a replica that hangs', () => {
  it('is ended and started again, later each time, and everybody can see it', async () => {
    fixture = await LocalFixture.open();
    await fixture.serve('v1', {
      ...settings,
      replicas: 1,
      live: { ...probe, path: '/live' },
      restart: { backoff: 1500, max: 5000 },
    });
    const waits: number[] = [];
    for (const times of [1, 2]) {
      const [port] = await ports();
      await fetch(`http://127.0.0.1:${port}/hang`);
      const fallen = await until('it is ended', async () => {
        const now = await seen();
        return now?.restarts === times && now;
      });
      const ended = performance.now();
      const words = 'was ended because it hangs: /live answers 500';
      expect(fallen).toMatchObject({
        ready: 0,
        health: 'unhealthy',
        note: expect.stringMatching(
          `^replica 1: ${words}${times > 1 ? ` \\(${times} times\\)` : ''}; next start in [123]s$`,
        ),
      });
      await until('it is back', async () => (await seen())?.ready === 1);
      waits.push(performance.now() - ended);
    }
    expect(waits[0]).toBeGreaterThan(1000);
    expect(waits[1]).toBeGreaterThan(2000);
    expect(await seen()).toMatchObject({
      health: 'healthy',
      restarts: 2,
      note: 'replica 1: was ended because it hangs: /live answers 500 (2 times); it runs again',
    });
  });
});

describe('a replica that crashes', () => {
  it('is told of by how it ended, with the time of its next start, also while it starts again', async () => {
    fixture = await LocalFixture.open();
    const crash = `const slow = require('fs').existsSync(process.env.FLAG);
      require('fs').writeFileSync(process.env.FLAG, '');
      setTimeout(() => require('http').createServer(({ url }, response) => {
        if (url === '/crash') process.exit(7);
        response.end();
      }).listen(process.env.PORT), slow ? 1500 : 0)`;
    await fixture.serve('v1', {
      command: [process.execPath, '-e', crash],
      env: { FLAG: `${fixture.folder}/flag` },
      ready: { ...probe, path: null },
      replicas: 1,
      restart: { backoff: 2500, max: 5000 },
    });
    const [port] = await ports();
    await fetch(`http://127.0.0.1:${port}/crash`).catch(() => {});
    const note = (words: RegExp) =>
      until(String(words), async () => words.test((await seen())?.note ?? ''));
    await note(/^replica 1: exits with code 7; next start in [12]s$/);
    await note(/^replica 1: exits with code 7; started again, nothing listens on its port$/);
    await note(/^replica 1: exits with code 7; it runs again$/);
  });
});
