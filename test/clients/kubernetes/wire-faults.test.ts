import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { wireTo } from '../../../src/clients/kubernetes/wire/index.ts';
import { hasOpenssl, newPair, type Pair } from '../../providers/local/edge/certificates.ts';
import { keysOf, opened, web } from './tls-server.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ family }) => family === 'IPv6'),
);

describe.skipIf(!hasOpenssl)('a server over TLS', () => {
  let pair: Pair & { readonly folder: string };
  let server: Http2SecureServer;
  let sessions: ServerHttp2Session[];
  let asked: string[];

  beforeAll(() => {
    pair = newPair();
  });

  afterAll(() => rmSync(pair.folder, { recursive: true }));

  beforeEach(() => {
    [sessions, asked] = [[], []];
  });

  afterEach(() => {
    for (const session of sessions) session.destroy();
    server?.close();
  });

  function serve(settings: object = {}): Http2SecureServer {
    server = createSecureServer({ ...keysOf(pair), settings });
    server.on('session', (session) => sessions.push(session));
    server.on('stream', (stream, { ':authority': authority = '' }) => {
      stream.on('error', () => {});
      asked.push(authority);
      stream.respond({ ':status': 200 });
      stream.end('{"metadata":{"name":"web"}}');
    });
    return server;
  }

  test.skipIf(!hasIpv6)('is asked under the name that the kubeconfig gives it', async () => {
    await new Promise<void>((resolve) => void serve().listen(0, '::1', resolve));
    const host = `[::1]:${(server.address() as AddressInfo).port}`;
    const by = { server: `https://${host}`, 'insecure-skip-tls-verify': true };
    const cluster = await opened(server, pair, { cluster: by });
    await cluster.get(web);
    expect(asked).toEqual([host]);
    await cluster.close();
  });

  test('that takes few calls at a time gets all of them over one connection', async () => {
    const cluster = await opened(serve({ maxConcurrentStreams: 5 }), pair);
    const write = () => cluster.patch(web, { as: 'merge', body: {} });
    const done = await Promise.all(Array.from({ length: 150 }, write));
    expect(done).toHaveLength(150);
    expect(sessions).toHaveLength(1);
    await cluster.close();
  });

  test('may say for how long it keeps connections: an answer that takes longer is waited for', async () => {
    const old = createHttps(keysOf(pair), async (_, said) => {
      said.setHeader('keep-alive', 'timeout=2');
      if (asked.push('') > 1) await pause(2_000);
      said.end('{"metadata":{"name":"web"}}');
    });
    const cluster = await opened(old, pair);
    await cluster.get(web);
    await cluster.patch(web, { as: 'merge', body: {} });
    expect(asked).toHaveLength(2);
    await cluster.close();
    old.close();
  });

  test('whose token could not be read for a moment is asked with it as soon as it can be', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'deployctl-token-'));
    const tokenFile = join(folder, 'token');
    const cluster = await opened(serve(), pair, { user: { tokenFile } });
    await expect(cluster.get(web)).rejects.toMatchObject({ failure: 'denied' });
    writeFileSync(tokenFile, 'secret');
    expect((await cluster.get(web))?.metadata.name).toBe('web');
    await cluster.close();
    rmSync(folder, { recursive: true });
  });

  test('to which no tunnel can be opened is let go of like any other', async () => {
    const by = { 'certificate-authority-data': undefined, 'certificate-authority': '/nowhere/ca' };
    const cluster = await opened(serve(), pair, { cluster: by as object });
    await expect(cluster.connection.upgrading()).rejects.toThrow();
    await expect(cluster.close()).resolves.toBeUndefined();
  });
});

describe('a server that takes connections and says nothing', () => {
  let sockets: Socket[];
  const silent = createServer((socket) => sockets.push(socket.on('error', () => {})));
  const door = () => ({
    context: 'test',
    cluster: { server: `https://127.0.0.1:${(silent.address() as AddressInfo).port}` },
    user: {},
    namespace: null,
    all: { clusters: [], users: [], contexts: [], current: null },
  });
  const request = { method: 'PATCH', path: '/', headers: {}, body: '{}' } as const;

  beforeAll(async () => {
    sockets = [];
    await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
  });

  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });

  test('is not waited for by a call that is given up', async () => {
    const wire = await wireTo(door(), { headers: {} });
    const began = performance.now();
    const signal = AbortSignal.timeout(100);
    await expect(wire.send({ ...request, signal })).rejects.toThrow();
    expect(performance.now() - began).toBeLessThan(5_000);
    wire.destroy();
  });

  test('is told nothing any more once the wire is ended', async () => {
    const wire = await wireTo(door(), { headers: {} });
    const began = performance.now();
    const sent = wire.send(request);
    const given = expect(sent).rejects.toMatchObject({ code: 'CONNECT_TIMEOUT' });
    await pause(50);
    wire.destroy();
    await given;
    await expect(wire.send(request)).rejects.toMatchObject({ code: 'CONNECT_TIMEOUT' });
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});
