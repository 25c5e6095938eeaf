import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findDoor } from '../../../src/clients/kubernetes/index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deployctl-kubeconfig-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const config = (name: string, more = '') => `
current-context: ${name}
contexts: [{ name: ${name}, context: { cluster: ${name}, user: ${name}, namespace: shop } }]
clusters: [{ name: ${name}, cluster: { server: "https://${name}.test" } }]
users: [{ name: ${name}, user: { token: t-${name} } }]
${more}`;

describe('a way into a cluster', () => {
  test('is the context that is named', async () => {
    const KUBECONFIG = `${await file('a', config('staging'))}:${await file('b', config('prod'))}`;
    expect(await findDoor('prod', { KUBECONFIG })).toMatchObject({
      context: 'prod',
      cluster: { server: 'https://prod.test' },
      namespace: 'shop',
    });
  });

  test('of several files the first current context counts, as kubectl does', async () => {
    const KUBECONFIG = `${await file('a', config('staging'))}:${await file('b', config('prod'))}`;
    expect((await findDoor(null, { KUBECONFIG })).context).toBe('staging');
  });

  test('of two entries with one name the first counts, and a file that is not there is empty', async () => {
    const other = config('prod').replace('https://prod.test', 'https://other.test');
    const KUBECONFIG = [
      join(folder, 'none'),
      await file('a', config('prod')),
      await file('b', other),
    ];
    const door = await findDoor('prod', { KUBECONFIG: KUBECONFIG.join(':') });
    expect(door.cluster.server).toBe('https://prod.test');
  });

  test('paths in a file are meant from its folder', async () => {
    const text = config('prod').replace('token: t-prod', 'client-key: keys/prod.pem');
    const KUBECONFIG = await file('a', text);
    const door = await findDoor('prod', { KUBECONFIG });
    expect(door.user['client-key']).toBe(join(folder, 'keys/prod.pem'));
  });

  test('a context that is not there is refused with those that are', async () => {
    const KUBECONFIG = await file('a', config('prod'));
    await expect(findDoor('prd', { KUBECONFIG })).rejects.toMatchObject({
      failure: 'denied',
      message: expect.stringContaining('known: prod'),
    });
  });

  test('without any kubeconfig nothing is guessed', async () => {
    await expect(findDoor(null, { HOME: folder })).rejects.toMatchObject({ failure: 'denied' });
  });
});
