import { rm } from 'node:fs/promises';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Cluster } from '../../../src/clients/kubernetes/index.ts';
import { hasOpenssl, newPair, type Pair } from '../../providers/local/edge/certificates.ts';
import { keysOf, opened, web } from './tls-server.ts';

/** A server that speaks as API servers do: over TLS, and HTTP/2 where the client does. */
describe.skipIf(!hasOpenssl)('over TLS', () => {
  let pair: Pair & { readonly folder: string };
  let server: Http2SecureServer;
  let cluster: Cluster;
  let sessions: ServerHttp2Session[];
  let answer: (path: string) => string | 'torn' | 'mute';

  beforeAll(() => {
    pair = newPair();
  });

  afterAll(() => rm(pair.folder, { recursive: true }));

  beforeEach(async () => {
    [sessions, answer] = [[], () => JSON.stringify({ metadata: { name: 'web' } })];
    server = createSecureServer(keysOf(pair));
    server.on('session', (session) => sessions.push(session));
    server.on('stream', (stream, { ':path': path = '' }) => {
      stream.on('error', () => {});
      const said = answer(path);
      if (said === 'mute') return;
      stream.respond({ ':status': 200 });
      if (said !== 'torn') return void stream.end(said);
      stream.write('{"metadata":', () => stream.session?.destroy());
    });
    cluster = await opened(server, pair);
  });

  afterEach(async () => {
    await cluster.close();
    for (const session of sessions) session.destroy();
    server.close();
  });

  test('calls that are under way together share one connection', async () => {
    const found = await Promise.all(Array.from({ length: 40 }, look));
    expect(found.map((one) => one?.metadata.name)).toEqual(Array(40).fill('web'));
    expect(sessions).toHaveLength(1);
  });

  test('an answer that is larger than any window comes whole', async () => {
    const annotations = { large: 'x'.repeat(20_000_000) };
    answer = () => JSON.stringify({ metadata: { name: 'web', annotations } });
    expect((await look())?.metadata.annotations?.large).toHaveLength(20_000_000);
  });

  test('an answer that ends before its end is none', async () => {
    answer = () => 'torn';
    await expect(look()).rejects.toMatchObject({ failure: 'transient' });
    await expect(write()).rejects.toMatchObject({ failure: 'unknown' });
  });

  test('a server that lets its connections go is asked over another one', async () => {
    await look();
    sessions[0]?.goaway();
    await look();
    sessions[1]?.destroy();
    await look();
    expect(sessions.length).toBeGreaterThanOrEqual(2);
  });

  test('calls that find together that a connection is over share the next one', async () => {
    await look();
    sessions[0]?.goaway();
    await Promise.all(Array.from({ length: 40 }, look));
    expect(sessions).toHaveLength(2);
  });

  test('one that is waited for in vain can be given up, and keeps no other from its answer', async () => {
    answer = (path) => (path.endsWith('/mute') ? 'mute' : '{"metadata":{"name":"web"}}');
    const signal = AbortSignal.timeout(100);
    const mute = cluster.get({ kind: 'pods', namespace: 'shop', name: 'mute' }, { signal });
    await expect(mute).rejects.toMatchObject({ failure: 'transient' });
    expect((await look())?.metadata.name).toBe('web');
    expect(sessions).toHaveLength(1);
  });

  test('lines come as they are written, until nobody wants more', async () => {
    const over = new AbortController();
    answer = () => '{"type":"one"}\n{"type":"two"}\n';
    const heard: string[] = [];
    const query = { watch: 'true' };
    for await (const line of cluster.connection.lines({ path: '/', query, signal: over.signal }))
      heard.push(line);
    expect(heard).toEqual(['{"type":"one"}', '{"type":"two"}']);
  });

  test('a server that is not who it should be is told nothing, and not asked again', async () => {
    const stranger = newPair();
    const other = await opened(server, stranger);
    await expect(other.patch(web, { as: 'merge', body: {} })).rejects.toMatchObject({
      failure: 'permanent',
    });
    await other.close();
    await rm(stranger.folder, { recursive: true });
  });

  test('a server that is away was surely told nothing', async () => {
    server.close();
    await expect(write()).rejects.toMatchObject({ failure: 'transient' });
  });

  test('one that speaks only HTTP/1 is spoken to in that', async () => {
    let connections = 0;
    const old = createHttps(keysOf(pair), (asked, said) => {
      asked.resume().on('end', () => said.end(JSON.stringify({ metadata: { name: asked.url } })));
    });
    old.on('secureConnection', () => (connections += 1));
    const elsewhere = await opened(old, pair);
    const found = await Promise.all(Array.from({ length: 20 }, () => elsewhere.get(web)));
    expect(found.every((one) => one?.metadata.name.endsWith('/deployments/web'))).toBe(true);
    expect(connections).toBeLessThanOrEqual(8);
    await elsewhere.close();
    old.close();
  });

  const look = () => cluster.get(web);
  const write = () => cluster.patch(web, { as: 'merge', body: {} });
});
