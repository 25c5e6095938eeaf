import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kubernetesProvider } from '../../../providers/kubernetes/index.ts';
import { kubernetesStore } from '../../../stores/kubernetes/kind.ts';
import { meansOf } from '../../helpers/calls.ts';

/** Two API servers, as far as opening goes: each has the namespace, with a uid of its own. */
const servers: Server[] = [];
const folder = mkdtempSync(join(tmpdir(), 'deployctl-via-'));
const KUBECONFIG = join(folder, 'config');

async function apiServer(uid: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ kind: 'Namespace', metadata: { name: 'shop', uid } }));
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  const [staging, prod] = [await apiServer('uid-staging'), await apiServer('uid-prod')];
  const context = (name: string) => `{ name: ${name}, context: { cluster: ${name}, user: me } }`;
  writeFileSync(
    KUBECONFIG,
    `current-context: staging
contexts: [${context('staging')}, ${context('prod-laptop')}]
clusters:
  - { name: staging, cluster: { server: "${staging}" } }
  - { name: prod-laptop, cluster: { server: "${prod}" } }
users: [{ name: me, user: { token: none } }]
`,
  );
});

afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

const CONNECTION = { namespace: 'shop', workload: 'checkout', service: 'checkout' };

async function identityBy(via: Record<string, string>) {
  const connection = { ...CONNECTION, router: { kind: 'service' }, url: null, propagation: 0 };
  const provider = await kubernetesProvider.open(connection, { ...meansOf({ KUBECONFIG }), via });
  await provider.close();
  return provider.identity;
}

describe('a cluster', () => {
  test('is the one of the context that this machine names', async () => {
    expect((await identityBy({ context: 'prod-laptop' })).place.namespace).toBe('uid-prod');
  });

  test('is that of the current context where none is named', async () => {
    expect((await identityBy({})).place.namespace).toBe('uid-staging');
  });

  test('is told to people by what every machine calls it', async () => {
    const { label } = await identityBy({ context: 'prod-laptop' });
    expect(label).toMatch(/^shop\/checkout at 127\.0\.0\.1:\d+$/);
  });

  test('of a context that is not there is refused, with those that are', async () => {
    await expect(identityBy({ context: 'prd' })).rejects.toThrow(
      '(known: staging, prod-laptop); name one of them with --via context=NAME',
    );
  });
});

test('a journal in a cluster is opened by the context that is named, before that of its URL', async () => {
  const url = new URL('kubernetes:///shop?context=of-another-machine');
  const means = { ...meansOf({ KUBECONFIG }), via: { context: 'prod-laptop' } };
  const store = await kubernetesStore.open(url, means);
  expect(store.url).toBe('kubernetes:///shop?context=prod-laptop');
});
