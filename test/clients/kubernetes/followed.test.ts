import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  type Cluster,
  type Followed,
  type KubeObject,
  openCluster,
} from '../../../src/clients/kubernetes/index.ts';

const PODS = { kind: 'pods', namespace: 'shop' } as const;

/** An API server that is watched: each watch is answered by hand. */
let server: Server;
let cluster: Cluster;
let watches: { url: string; token: string | undefined; answer: ServerResponse }[];

beforeEach(async () => {
  watches = [];
  server = createServer(({ url = '', headers: { authorization: token } }, answer) => {
    watches.push({ url, token, answer });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cluster = openTo(server, { token: 't' });
});

function openTo(where: Server, user: object): Cluster {
  const { port } = where.address() as AddressInfo;
  return openCluster({
    context: 'test',
    cluster: { server: `http://127.0.0.1:${port}` },
    user,
    namespace: null,
    all: { clusters: [], users: [], contexts: [], current: null },
  });
}

afterEach(async () => {
  await cluster.close();
  server.closeAllConnections();
  server.close();
});

const soon = (what: () => void) => vi.waitFor(what, { timeout: 20_000 });

const pod = (name: string, phase = 'Pending') => ({ metadata: { name }, status: { phase } });
const listed = { items: [pod('a'), pod('b')], version: '7' };

async function followed() {
  const changed = vi.fn();
  const one = cluster.follow<KubeObject>(PODS, { labels: 'app=web' }, { listed, changed });
  await soon(() => expect(watches).toHaveLength(1));
  const { url, answer } = watches[0] as (typeof watches)[number];
  const tell = (type: string, object: object) =>
    answer.write(`${JSON.stringify({ type, object })}\n`);
  return { one, changed, url, answer, tell };
}

const namesIn = (one: Followed<KubeObject>) => one.items?.map(({ metadata }) => metadata.name);

test('what was listed is followed from its version on, with the same selector', async () => {
  const { one, url } = await followed();
  expect(namesIn(one)).toEqual(['a', 'b']);
  const query = new URL(url, 'http://x').searchParams;
  expect(Object.fromEntries(query)).toMatchObject({
    labelSelector: 'app=web',
    resourceVersion: '7',
    watch: 'true',
  });
});

test('what was read at no known moment is told anew first, so that no change is missed', async () => {
  const changed = vi.fn();
  const one = cluster.follow<KubeObject>(
    PODS,
    { fields: 'metadata.name=a' },
    { listed: { items: [pod('a')], version: null }, changed },
  );
  await soon(() => expect(watches).toHaveLength(1));
  const { url = '', answer } = watches[0] ?? {};
  expect(new URL(url, 'http://x').searchParams.has('resourceVersion')).toBe(false);
  answer?.write(`${JSON.stringify({ type: 'ADDED', object: pod('a', 'Running') })}\n`);
  await soon(() => expect(one.items).toEqual([pod('a', 'Running')]));
});

test('what comes, changes and goes is shown, also where one line arrives in two parts', async () => {
  const { one, changed, answer, tell } = await followed();
  tell('ADDED', pod('c'));
  tell('DELETED', pod('b'));
  const line = `${JSON.stringify({ type: 'MODIFIED', object: pod('a', 'Running') })}\n`;
  answer.write(line.slice(0, 20));
  await soon(() => expect(changed).toHaveBeenCalledTimes(2));
  expect(one.items).toContainEqual(pod('a'));
  answer.write(line.slice(20));
  await soon(() => expect(changed).toHaveBeenCalledTimes(3));
  expect(one.items).toEqual([pod('a', 'Running'), pod('c')]);
});

test.each([
  [
    'a version that is gone',
    ({ tell }: Following) => void tell('ERROR', { kind: 'Status', code: 410, metadata: {} }),
  ],
  ['an answer that ends', ({ answer }: Following) => void answer.end()],
  ['a connection that breaks', ({ answer }: Following) => void answer.destroy()],
])('after %s it shows nothing more', async (_, happens) => {
  const following = await followed();
  following.tell('ADDED', pod('c'));
  await soon(() => expect(following.changed).toHaveBeenCalled());
  happens(following);
  await soon(() => expect(following.one.items).toBeNull());
  expect(following.one.isRefused).toBe(false);
});

type Following = Awaited<ReturnType<typeof followed>>;

test('who may not watch is told so', async () => {
  const { one, answer } = await followed();
  answer.writeHead(403, { 'content-type': 'application/json' });
  answer.end(JSON.stringify({ kind: 'Status', code: 403, reason: 'Forbidden', message: 'no' }));
  await soon(() => expect(one.isRefused).toBe(true));
  expect(one.items).toBeNull();
});

const unknownToken = { kind: 'Status', code: 401, reason: 'Unauthorized', message: 'Unauthorized' };

test('a token that is over is read anew, and the watch comes back with the new one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'deployctl-followed-'));
  const tokenFile = join(folder, 'token');
  await writeFile(tokenFile, 'first');
  const own = openTo(server, { tokenFile });
  try {
    const one = own.follow<KubeObject>(PODS, {}, { listed, changed: () => {} });
    await soon(() => expect(watches).toHaveLength(1));
    expect(watches[0]?.token).toBe('Bearer first');
    await writeFile(tokenFile, 'second');
    watches[0]?.answer.writeHead(401).end(JSON.stringify(unknownToken));
    await soon(() => expect(watches).toHaveLength(2));
    expect(watches[1]?.token).toBe('Bearer second');
    watches[1]?.answer.write(`${JSON.stringify({ type: 'ADDED', object: pod('c') })}\n`);
    await soon(() => expect(namesIn(one)).toEqual(['a', 'b', 'c']));
    one.close();
  } finally {
    await own.close();
    await rm(folder, { recursive: true });
  }
});

test('while nobody renews it the watch is over, and may be asked for again', async () => {
  const { one, answer } = await followed();
  answer.writeHead(401).end(JSON.stringify(unknownToken));
  await soon(() => expect(watches).toHaveLength(2));
  watches[1]?.answer.writeHead(401).end(JSON.stringify(unknownToken));
  await soon(() => expect(one.items).toBeNull());
  expect(one.isRefused).toBe(false);
});

test('closing it ends the watch, and ten of them leave the way free for other calls', async () => {
  const all = Array.from({ length: 10 }, () =>
    cluster.follow<KubeObject>(PODS, {}, { listed, changed: () => {} }),
  );
  await soon(() => expect(watches).toHaveLength(10));
  const asked = cluster.list(PODS);
  await soon(() => expect(watches).toHaveLength(11));
  watches[10]?.answer.end(JSON.stringify({ items: [pod('a')], metadata: {} }));
  expect(await asked).toHaveLength(1);
  const closed = Promise.all(watches.slice(0, 10).map(({ answer }) => once(answer, 'close')));
  for (const one of all) one.close();
  await closed;
});
