import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Api } from '../../../providers/vercel/client/api.ts';
import { Secret } from '../../../src/contract/index.ts';

let server: Server;
let asked: string[];
let answer: () => number;
let held: Promise<void>;
let now = 0;
let api: Api;
beforeEach(async () => {
  asked = [];
  answer = () => 200;
  held = Promise.resolve();
  server = createServer(async (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.method !== 'GET') await held;
    response.writeHead(answer(), { 'content-type': 'application/json' }).end(`${asked.length}`);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  api = new Api({ base, token: new Secret('x'), team: null, shared: 500, now: () => now });
});
afterEach(() => server.close());

it('gives one reading to all who ask the same within its time', async () => {
  expect(await Promise.all([api.ask('GET', '/a'), api.ask('GET', '/a')])).toEqual([1, 1]);
  now += 499;
  expect(await api.ask('GET', '/a')).toBe(1);
  expect(await api.ask('GET', '/a', { query: { limit: 1 } })).toBe(2);
  now += 1;
  expect(await api.ask('GET', '/a')).toBe(3);
});

it('counts the age of a reading from its answer on: a slow line makes none old', async () => {
  answer = () => {
    now += 2000;
    return 200;
  };
  expect(await api.ask('GET', '/a')).toBe(1);
  now += 499;
  expect(await api.ask('GET', '/a')).toBe(1);
});

it('reads anew what was read longer ago than is asked for, of these paths or of all', async () => {
  for (const path of ['/a', '/b', '/c']) await api.ask('GET', path);
  now += 100;
  api.forget(101);
  expect(await api.ask('GET', '/a')).toBe(1);
  api.forget(100, ['/b']);
  expect([await api.ask('GET', '/a'), await api.ask('GET', '/b')]).toEqual([1, 4]);
  api.forget(100);
  expect([await api.ask('GET', '/c'), await api.ask('GET', '/b')]).toEqual([5, 4]);
});

it('reads anew after every change, also one that failed', async () => {
  await api.ask('GET', '/a');
  await api.ask('POST', '/b');
  expect(await api.ask('GET', '/a')).toBe(3);
  answer = () => 500;
  await expect(api.ask('PATCH', '/b')).rejects.toMatchObject({ failure: 'unknown' });
  answer = () => 200;
  expect(await api.ask('GET', '/a')).toBe(5);
});

it('keeps no reading from while a change was under way', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  held = promise;
  const change = api.ask('POST', '/b');
  await expect.poll(() => asked).toEqual(['POST /b']);
  expect(await api.ask('GET', '/a')).toBe(2);
  resolve();
  await change;
  expect(await api.ask('GET', '/a')).toBe(3);
});

it('gives the reading of one path to who asks for it by another name', async () => {
  expect(await api.ask('GET', '/a')).toBe(1);
  api.alike({}, '/a', '/b');
  api.alike({}, '/never', '/c');
  expect(await Promise.all([api.ask('GET', '/b'), api.ask('GET', '/c')])).toEqual([1, 2]);
  now += 500;
  expect(await api.ask('GET', '/b')).toBe(3);
});

it('shares no failure, and none that belongs to whoever has stopped waiting', async () => {
  answer = () => 503;
  await expect(api.ask('GET', '/a')).rejects.toMatchObject({ failure: 'transient' });
  answer = () => 200;
  expect(await api.ask('GET', '/a')).toBe(2);
  const leaving = new AbortController();
  const left = api.ask('GET', '/c', { signal: leaving.signal });
  const staying = api.ask('GET', '/c');
  leaving.abort();
  await expect(left).rejects.toMatchObject({ failure: 'transient' });
  expect(await staying).toEqual(expect.any(Number));
});
