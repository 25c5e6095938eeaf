import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Cluster, openCluster } from '../../../src/clients/kubernetes/index.ts';

/** An API server that gives the answers it was told to, and remembers what it was asked. */
let server: Server;
let cluster: Cluster;
let answers: { status: number; body: unknown; headers?: Record<string, string> }[];
let asked: { method: string; url: string; type: string; body: string }[];

beforeEach(async () => {
  [answers, asked] = [[], []];
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cluster = clusterAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterEach(async () => {
  await cluster.close();
  server.closeAllConnections();
  server.close();
});

const clusterAt = (url: string, waits: readonly number[] = []) =>
  openCluster(
    {
      context: 'test',
      cluster: { server: url },
      user: { token: 't' },
      namespace: null,
      all: { clusters: [], users: [], contexts: [], current: null },
    },
    waits,
  );

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const part of request) body += part;
  const { method = '', url = '', headers } = request;
  asked.push({ method, url, type: headers['content-type'] ?? '', body });
  const { status, body: said, headers: more = {} } = answers.shift() ?? { status: 200, body: {} };
  if (status === 0) return void request.socket.destroy();
  response.writeHead(status, { 'content-type': 'application/json', ...more });
  response.end(typeof said === 'string' ? said : JSON.stringify(said));
}

const web = { kind: 'deployments', namespace: 'shop', name: 'web' } as const;
const status = (code: number, reason: string, message: string, details = {}) => ({
  status: code,
  body: { kind: 'Status', status: 'Failure', code, reason, message, details },
});
const write = () => cluster.patch(web, { as: 'merge', body: {} });
const look = () => cluster.list({ kind: 'pods', namespace: 'shop' });

describe('an answer that says no has a class that says what may be done about it', () => {
  test.each([
    ['a stale version', status(409, 'Conflict', 'modified'), write, 'conflict'],
    ['a name that is taken', status(409, 'AlreadyExists', 'exists'), write, 'conflict'],
    [
      'a patch that expected another version',
      status(422, 'Invalid', 'the server rejected our request', {
        causes: [{ message: 'testing value /metadata/generation failed: test failed' }],
      }),
      write,
      'conflict',
    ],
    [
      'the same of a kind that the server only hosts, where it says no more',
      status(422, 'Invalid', 'the server rejected our request due to an error in our request'),
      write,
      'conflict',
    ],
    [
      'a field that may not be',
      status(422, 'Invalid', 'spec.replicas: invalid'),
      write,
      'permanent',
    ],
    ['no right', status(403, 'Forbidden', 'User cannot patch'), write, 'denied'],
    [
      'a full quota',
      status(403, 'Forbidden', 'pods "a" is forbidden: exceeded quota: q'),
      write,
      'permanent',
    ],
    [
      'a namespace on its way out',
      status(403, 'Forbidden', 'because it is being terminated'),
      write,
      'permanent',
    ],
    ['too many questions', status(429, 'TooManyRequests', 'slow down'), look, 'throttled'],
    [
      'a server that is not ready',
      status(503, 'ServiceUnavailable', 'starting'),
      look,
      'transient',
    ],
    ['a time-out behind it, of a read', status(504, 'Timeout', 'etcd'), look, 'transient'],
    ['a time-out behind it, of a write', status(504, 'Timeout', 'etcd'), write, 'unknown'],
    ['a page of a proxy', { status: 502, body: '<html>Bad Gateway</html>' }, write, 'transient'],
  ] as const)('%s', async (_what, said, call, failure) => {
    answers.push(said);
    await expect(call()).rejects.toMatchObject({ name: 'ProviderError', failure });
  });

  test('a connection that breaks leaves a write unknown, and a read to be asked again', async () => {
    answers.push({ status: 0, body: '' }, { status: 0, body: '' });
    await expect(write()).rejects.toMatchObject({ failure: 'unknown' });
    await expect(look()).rejects.toMatchObject({ failure: 'transient' });
  });

  test('what could not be sent at all was surely not done', async () => {
    const nobody = clusterAt('http://127.0.0.1:1');
    const call = nobody.patch(web, { as: 'merge', body: {} });
    await expect(call).rejects.toMatchObject({ failure: 'transient' });
    await nobody.close();
  });

  test('the time that it asks to wait is handed on', async () => {
    answers.push({
      ...status(429, 'TooManyRequests', 'slow down'),
      headers: { 'retry-after': '7' },
    });
    await expect(look()).rejects.toMatchObject({ retryAfter: 7000 });
  });

  test('credentials that are refused are read once more, and then it is denied', async () => {
    const no = status(401, 'Unauthorized', 'Unauthorized');
    answers.push(no, { status: 200, body: { items: [] } });
    expect(await look()).toEqual([]);
    answers.push(no, no);
    await expect(look()).rejects.toMatchObject({ failure: 'denied' });
  });
});

describe('what is asked', () => {
  test('an object that is not there is null', async () => {
    answers.push(status(404, 'NotFound', 'not found'));
    expect(await cluster.get(web)).toBeNull();
  });

  test('a list goes on until its end', async () => {
    answers.push(
      { status: 200, body: { items: [{ metadata: { name: 'a' } }], metadata: { continue: 'x' } } },
      { status: 200, body: { items: [{ metadata: { name: 'b' } }], metadata: {} } },
    );
    expect((await look()).map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
    expect(asked[1]?.url).toContain('continue=x');
  });

  test('fields that nobody here knows come back as they were', async () => {
    const body = { metadata: { name: 'web' }, spec: { futureField: { deep: [1] } } };
    answers.push({ status: 200, body });
    expect(await cluster.get(web)).toEqual(body);
  });

  test('a write names its manager and its kind of patch, and lets typing errors be told', async () => {
    await cluster.patch(web, { as: 'json', body: [] });
    expect(asked[0]).toMatchObject({ method: 'PATCH', type: 'application/json-patch+json' });
    expect(asked[0]?.url).toContain('fieldManager=deployctl');
    expect(asked[0]?.url).toContain('fieldValidation=Strict');
  });

  test('only that object is removed, and none is fine', async () => {
    answers.push(status(404, 'NotFound', 'not found'));
    await cluster.remove(web, { uid: 'u1' });
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({ preconditions: { uid: 'u1' } });
  });
});

describe('what passes by itself is tried again for a moment', () => {
  const patient = () =>
    clusterAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, [1, 1]);
  const busy = status(429, 'TooManyRequests', 'busy');

  test('reads after any such answer, writes only where nothing was begun', async () => {
    const waiting = patient();
    answers = [busy, status(503, 'ServiceUnavailable', 'later')];
    await waiting.list({ kind: 'pods', namespace: 'shop' });
    expect(asked).toHaveLength(3);
    answers = [busy];
    await waiting.patch(web, { as: 'merge', body: {} });
    expect(asked).toHaveLength(5);
    answers = [{ status: 0, body: {} }];
    const lost = waiting.patch(web, { as: 'merge', body: {} });
    await expect(lost).rejects.toMatchObject({ failure: 'unknown' });
    expect(asked).toHaveLength(6);
    await waiting.close();
  });

  test('not without end, and not for what stays so', async () => {
    const waiting = patient();
    answers = [busy, busy, busy];
    await expect(waiting.get(web)).rejects.toMatchObject({ failure: 'throttled' });
    answers = [status(403, 'Forbidden', 'no')];
    await expect(waiting.get(web)).rejects.toMatchObject({ failure: 'denied' });
    answers = [{ ...busy, headers: { 'retry-after': '60' } }];
    await expect(waiting.get(web)).rejects.toMatchObject({ retryAfter: 60_000 });
    expect(asked).toHaveLength(5);
    await waiting.close();
  });
});

describe('two parts of a command that speak to the same server', () => {
  test('use the same connections, and neither ends those of the other', async () => {
    const { port } = server.address() as AddressInfo;
    const sockets = new Set<Socket>();
    server.on('connection', (socket) => sockets.add(socket));
    const other = clusterAt(`http://127.0.0.1:${port}`);
    expect(other.connection).toBe(cluster.connection);
    for (const one of [cluster, other, cluster]) await one.list({ kind: 'pods' });
    await other.close();
    await cluster.list({ kind: 'pods' });
    expect([...sockets].filter(({ destroyed }) => destroyed)).toEqual([]);
  });
});
