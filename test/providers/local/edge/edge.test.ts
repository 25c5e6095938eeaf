import { once } from 'node:events';
import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type RequestListener,
  request,
} from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { LIMITS } from '../../../../providers/local/edge/limits.ts';
import type { EdgeListener } from '../../../../providers/local/edge/listener.ts';
import { metricsServer } from '../../../../providers/local/edge/metrics.ts';
import { Tallies } from '../../../../providers/local/edge/request-counts.ts';
import { proxyServer } from '../../../../providers/local/edge/server.ts';
import { Switchboard } from '../../../../providers/local/edge/switchboard.ts';
import { NO_TABLE, type Table } from '../../../../providers/local/home/messages.ts';
import { freePort } from '../../../helpers/free-port.ts';

type Server = HttpServer | EdgeListener;

let drained: string[];
let board: Switchboard;
let tallies: Tallies;
let edge: Server;
let url: string;
let opened: Server[];
let version = 0;

beforeEach(async () => {
  drained = [];
  opened = [];
  board = new Switchboard((key) => drained.push(key));
  tallies = new Tallies();
  edge = await listen(proxyServer({ board, tallies }));
  url = urlOf(edge);
});

afterEach(async () => {
  board.apply({ ...NO_TABLE });
  for (const server of opened) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(server: Server): Promise<Server> {
  opened.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;
const urlOf = (server: Server) => `http://127.0.0.1:${portOf(server)}`;
const replica = (listener: RequestListener) =>
  listen(createServer({ keepAliveTimeout: 60_000 }, listener)).then(portOf);
const named = (name: string) => replica((_request, response) => response.end(name));

function route(ports: Record<string, number[]>, table: Partial<Table> = {}): void {
  const backends = Object.fromEntries(
    Object.entries(ports).map(([id, list]) => [
      id,
      list.map((port) => ({ key: `${id}:${port}`, port })),
    ]),
  );
  board.apply({
    ...NO_TABLE,
    version: ++version,
    backends,
    split: { [Object.keys(ports)[0] as string]: 100 },
    ...table,
  });
}

async function ask(
  path = '/',
  init: RequestInit = {},
): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(url + path, init);
  return { status: response.status, text: await response.text(), headers: response.headers };
}

async function census(count: number, init: RequestInit = {}): Promise<Record<string, number>> {
  const seen: Record<string, number> = {};
  for (let left = count; left > 0; left -= 50) {
    const answers = await Promise.all(
      Array.from({ length: Math.min(50, left) }, () => ask('/', init)),
    );
    for (const { text } of answers) seen[text] = (seen[text] ?? 0) + 1;
  }
  return seen;
}

describe('the split', () => {
  it.each([
    [
      { a: 95, b: 5 },
      { a: 1900, b: 100 },
    ],
    [
      { a: 99.9, b: 0.1 },
      { a: 1998, b: 2 },
    ],
    [
      { a: 66.667, b: 33.333 },
      { a: 1333, b: 667 },
    ],
  ])('%j is kept to within two of two thousand requests', async (split, expected) => {
    route({ a: [await named('a')], b: [await named('b')] }, { split });
    const seen = await census(2000);
    expect(Math.abs((seen.a ?? 0) - expected.a)).toBeLessThanOrEqual(2);
    expect(Math.abs((seen.b ?? 0) - expected.b)).toBeLessThanOrEqual(2);
  });

  it('is kept to a thousandth over ten thousand decisions', () => {
    route({ a: [1], b: [2], c: [3] }, { split: { a: 72.4, b: 27.5, c: 0.1 } });
    const seen: Record<string, number> = { a: 0, b: 0, c: 0 };
    for (let i = 0; i < 10_000; i++)
      (seen[board.laneFor({ headers: {} } as IncomingMessage)?.release as string] as number)++;
    expect(seen).toEqual({ a: 7240, b: 2750, c: 10 });
  });

  it('shares the requests of a release evenly among its replicas', async () => {
    route({ a: [await named('one'), await named('two'), await named('three')] });
    const seen: Record<string, number> = {};
    for (let i = 0; i < 30; i++) {
      const { text } = await ask();
      seen[text] = (seen[text] ?? 0) + 1;
    }
    expect(seen).toEqual({ one: 10, two: 10, three: 10 });
  });

  it('says which release answered', async () => {
    route({ a: [await named('a')] });
    expect((await ask()).headers.get('x-deployctl-release')).toBe('a');
  });

  it('without any release the answer is 503 and says why', async () => {
    expect(await ask()).toMatchObject({
      status: 503,
      text: expect.stringContaining('no release gets traffic'),
    });
    route({ a: [] });
    expect(await ask()).toMatchObject({
      status: 503,
      text: expect.stringContaining('no replica is ready'),
    });
  });

  it('falls back to another release with a share while the chosen one has no replica', async () => {
    route({ a: [], b: [await named('b')] }, { split: { a: 50, b: 50 } });
    expect(await census(20)).toEqual({ b: 20 });
  });
});

describe('people who ask for a release', () => {
  it('get it by header or cookie, whatever the split says', async () => {
    const ports = { a: [await named('a')], b: [await named('b')] };
    route(ports, { match: { release: 'b', header: { name: 'X-Preview', value: 'yes' } } });
    expect(await census(4)).toEqual({ a: 4 });
    expect(await census(4, { headers: { 'x-preview': 'yes' } })).toEqual({ b: 4 });
    expect(await census(4, { headers: { 'x-preview': 'no' } })).toEqual({ a: 4 });
    route(ports, { match: { release: 'b', cookie: { name: 'preview', value: '1' } } });
    expect(await census(4, { headers: { cookie: 'x=y; preview=1' } })).toEqual({ b: 4 });
  });

  it('stay with a release while it has a share, when sessions stick', async () => {
    const ports = { a: [await named('a')], b: [await named('b')] };
    const sticky = { cookie: 'track', maxAge: 60_000 };
    route(ports, { split: { a: 50, b: 50 }, sticky });
    const first = await ask();
    const cookie = (first.headers.get('set-cookie') ?? '').split(';')[0] as string;
    expect(first.headers.get('set-cookie')).toBe(
      `track=${first.text}; Max-Age=60; Path=/; HttpOnly; SameSite=Lax`,
    );
    expect(await census(20, { headers: { cookie } })).toEqual({ [first.text]: 20 });
    const other = first.text === 'a' ? 'b' : 'a';
    route(ports, { split: { [other]: 100, [first.text]: 0 }, sticky });
    expect(await census(5, { headers: { cookie } })).toEqual({ [other]: 5 });
  });
});

describe('headers', () => {
  it('tell the replica who asked, for which host, and keep what is about one hop only', async () => {
    const port = await replica((incoming, response) => {
      response.setHeader('connection', 'x-secret');
      response.setHeader('x-secret', 'hop');
      response.end(JSON.stringify(incoming.headers));
    });
    route({ a: [port] });
    const sent = request(url, {
      headers: {
        host: 'shop.example',
        connection: 'x-hop',
        'x-hop': '1',
        te: 'trailers',
        'x-forwarded-for': '10.1.2.3',
      },
    });
    const [response] = (await once(sent.end(), 'response')) as [IncomingMessage];
    const seen = JSON.parse((await response.toArray()).join('')) as Record<string, string>;
    expect(seen).toMatchObject({
      host: 'shop.example',
      'x-forwarded-for': '10.1.2.3, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'shop.example',
    });
    expect(Object.keys(seen)).not.toContain('x-hop');
    expect(Object.keys(seen)).not.toContain('te');
    expect(response.headers['x-secret']).toBeUndefined();
  });

  it('that come twice arrive twice', async () => {
    const port = await replica((_request, response) =>
      response.writeHead(200, ['set-cookie', 'a=1', 'set-cookie', 'b=2']).end(),
    );
    route({ a: [port] });
    expect((await ask()).headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  it('of a HEAD or a 304 arrive without a body', async () => {
    route({
      a: [
        await replica((incoming, response) =>
          response.writeHead(incoming.method === 'HEAD' ? 200 : 304, { etag: 'x' }).end(),
        ),
      ],
    });
    expect(await ask('/', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
    expect(await ask()).toMatchObject({ status: 304, text: '' });
  });
});

describe('bodies', () => {
  it('stream both ways as they come', async () => {
    const port = await replica((incoming, response) => incoming.pipe(response));
    route({ a: [port] });
    const sent = request(url, { method: 'POST' });
    sent.write('one');
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect(String((await once(response, 'data'))[0])).toBe('one');
    sent.end('two');
    expect(String((await once(response, 'data'))[0])).toBe('two');
  });

  it('of many megabytes arrive whole', async () => {
    const port = await replica((incoming, response) => incoming.pipe(response));
    route({ a: [port] });
    const body = Buffer.alloc(20_000_000, 'abcdefg');
    const response = await fetch(url, { method: 'POST', body });
    expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
  });

  it('wait for a slow reader instead of filling the memory', async () => {
    let written = 0;
    const port = await replica((_request, response) => {
      const chunk = Buffer.alloc(64 * 1024);
      const pump = () => {
        while (!response.destroyed && written < 200_000_000) {
          written += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', pump);
        }
        response.end();
      };
      pump();
    });
    route({ a: [port] });
    const client = connect(portOf(edge), '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(client, 'readable');
    await pause(300);
    expect(written).toBeLessThan(30_000_000);
    client.destroy();
  });
});

describe('upgrades', () => {
  it('carry a WebSocket both ways, and the route it came by', async () => {
    const server = createServer();
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket, incoming) => {
      socket.send(String(incoming.headers['x-forwarded-for']));
      socket.on('message', (message) => socket.send(`echo ${message}`));
    });
    route({ a: [portOf(await listen(server))] });
    const client = new WebSocket(url.replace('http', 'ws'));
    expect(String((await once(client, 'message'))[0])).toBe('127.0.0.1');
    client.send('hello');
    expect(String((await once(client, 'message'))[0])).toBe('echo hello');
    client.close();
    await once(client, 'close');
    sockets.close();
  });

  it('that a replica does not know are answered once, and the connection is not kept past the split', async () => {
    route({ a: [await named('plain')] });
    const client = connect(portOf(edge), '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n');
    const text = (await client.toArray()).join('');
    expect(text).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(text.toLowerCase()).toContain('connection: close');
    expect(text).toContain('plain');
  });
});

describe('a replica that fails', () => {
  it('is passed over when it refuses, for any request', async () => {
    route({ a: [await freePort(), await named('a')] });
    for (let i = 0; i < 6; i++)
      expect(await ask('/', { method: 'POST', body: 'order' })).toMatchObject({
        status: 200,
        text: 'a',
      });
  });

  it('is passed over when it hangs up without a word, for requests that can be repeated', async () => {
    let orders = 0;
    const rude = await replica((incoming) => {
      if (incoming.method === 'POST') orders++;
      incoming.socket.destroy();
    });
    route({ a: [rude, await named('a')] });
    expect(await census(10)).toEqual({ a: 10 });
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => ask('/', { method: 'POST', body: 'order' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 502, 502]);
    expect(orders).toBe(2);
  });

  it('with its whole release costs users nothing while another release serves, and counts against it', async () => {
    route({ a: [await named('a')], b: [await freePort()] }, { split: { a: 50, b: 50 } });
    expect(await census(20)).toEqual({ a: 20 });
    await pause(260);
    expect(tallies.read(performance.now(), { span: 5000, age: 0 })).toMatchObject({
      a: { total: 20, bad: 0 },
      b: { total: 10, bad: 10 },
    });
  });

  it('and has no other gives 502 in plain words', async () => {
    route({ a: [await freePort()] });
    expect(await ask()).toMatchObject({
      status: 502,
      text: expect.stringContaining('release a could not be reached'),
    });
  });

  it('in the middle of an answer breaks it off instead of pretending that it was complete', async () => {
    route({
      a: [await replica((_request, response) => response.write('half', () => response.destroy()))],
    });
    await expect(ask()).rejects.toThrow();
    await pause(260);
    expect(tallies.read(performance.now(), { span: 5000, age: 0 })).toMatchObject({
      a: { total: 1, bad: 1 },
    });
  });
});

describe('a replica that says nothing', () => {
  it('for too long gives 504 in plain words, asked once, and counts against its release', async () => {
    board = new Switchboard((key) => drained.push(key), 200);
    edge = await listen(proxyServer({ board, tallies }));
    url = urlOf(edge);
    let asked = 0;
    const silent = await replica(() => void asked++);
    route({ a: [silent], b: [await named('b')] });
    const began = performance.now();
    expect(await ask()).toMatchObject({
      status: 504,
      text: 'Gateway timeout: release a did not answer in time.\n',
    });
    expect(performance.now() - began).toBeGreaterThan(190);
    expect(asked).toBe(1);
    await pause(260);
    expect(tallies.read(performance.now(), { span: 5000, age: 0 })).toMatchObject({
      a: { total: 1, bad: 1 },
    });
  });

  it('after it has begun to answer may take any time', async () => {
    board = new Switchboard((key) => drained.push(key), 200);
    edge = await listen(proxyServer({ board, tallies }));
    url = urlOf(edge);
    const slow = await replica((_request, response) => {
      response.write('one ');
      setTimeout(() => response.end('two'), 600);
    });
    route({ a: [slow] });
    expect(await ask()).toMatchObject({ status: 200, text: 'one two' });
  });
});

describe('counting', () => {
  it('takes 5xx for bad, and nothing of a client that left', async () => {
    edge = await listen(proxyServer({ board, tallies, limits: { ...LIMITS, halfClosed: 100 } }));
    url = urlOf(edge);
    const arrived = Promise.withResolvers<void>();
    route({
      a: [
        await replica((incoming, response) => {
          if (incoming.url === '/slow') return arrived.resolve();
          response.writeHead(Number(incoming.url?.slice(1))).end();
        }),
      ],
    });
    for (const status of [200, 204, 404, 500, 503]) await ask(`/${status}`);
    const leaving = new AbortController();
    const left = ask('/slow', { signal: leaving.signal }).catch(() => 'left');
    await arrived.promise;
    leaving.abort();
    expect(await left).toBe('left');
    await expect.poll(() => tallies.of('a').aborted).toBe(1);
    expect(tallies.read(performance.now(), { span: 5000, age: 0 })).toMatchObject({
      a: { total: 5, bad: 2 },
    });
  });
});

describe('counts', () => {
  it('say since when this edge has counted: a window that began before has not been seen whole', async () => {
    const began = performance.now();
    const at = urlOf(await listen(metricsServer(tallies, board)));
    await pause(120);
    const answer = await (await fetch(`${at}/counts?span=100&age=20`)).json();
    expect(answer).toMatchObject({ span: 100, age: 20, uptime: expect.any(Number), releases: {} });
    const { uptime } = answer as { uptime: number };
    expect(uptime).toBeGreaterThan(115);
    expect(uptime).toBeLessThanOrEqual(performance.now() - began);
  });
});

describe('draining', () => {
  it('ends what is in flight where it began, sends nothing new there, and says when it is idle', async () => {
    const arrived = Promise.withResolvers<() => void>();
    const old = await replica((_request, response) => {
      arrived.resolve(() => response.end('old'));
    });
    route({ a: [old] });
    const running = ask();
    const finish = await arrived.promise;
    route({ b: [await named('new')] }, { draining: [`a:${old}`] });
    expect((await ask()).text).toBe('new');
    expect(drained).toEqual([]);
    finish();
    expect((await running).text).toBe('old');
    await expect.poll(() => drained).toEqual([`a:${old}`]);
  });
});
