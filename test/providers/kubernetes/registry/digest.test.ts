import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { pinnedImage } from '../../../../providers/kubernetes/registry/digest.ts';
import { pinnedTemplate } from '../../../../providers/kubernetes/registry/index.ts';
import { Registry, type RegistryOptions } from './registry.ts';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function registryWith(options: RegistryOptions = {}): Promise<Registry> {
  const registry = await Registry.open(options);
  closing.push(() => registry.close());
  registry.digests.set('team/shop:v2', DIGEST);
  return registry;
}

/** A folder with what a login leaves behind. */
async function loggedIn(host: string, login: string): Promise<{ DOCKER_CONFIG: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'deployctl-login-'));
  closing.push(() => rm(folder, { recursive: true }));
  const auth = Buffer.from(login).toString('base64');
  await writeFile(join(folder, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
  return { DOCKER_CONFIG: folder };
}

test('a tag becomes the digest that it stands for now, with a token for this image alone', async () => {
  const registry = await registryWith();
  const image = `${registry.host}/team/shop:v2`;
  expect(await pinnedImage(image, {})).toEqual({ image: `${image}@${DIGEST}`, note: null });
  const manifest = 'HEAD /v2/team/shop/manifests/v2';
  expect(registry.asked).toEqual([manifest, 'GET /token', manifest]);
});

test.each(['bearer', 'basic'] as const)(
  'a registry that wants a login by %s gets the one of this machine',
  async (scheme) => {
    const registry = await registryWith({ login: 'me:secret', scheme });
    const image = `${registry.host}/team/shop:v2`;
    const env = await loggedIn(registry.host, 'me:secret');
    expect((await pinnedImage(image, env)).image).toBe(`${image}@${DIGEST}`);
  },
);

test('without a login that it takes the tag stays, and the note says why', async () => {
  const registry = await registryWith({ login: 'me:secret' });
  const image = `${registry.host}/team/shop:v2`;
  for (const env of [{}, await loggedIn(registry.host, 'me:wrong')]) {
    const pinned = await pinnedImage(image, env);
    expect(pinned.image).toBe(image);
    expect(pinned.note).toContain('this machine has none that it accepts');
  }
});

test('what it does not have, and a registry that is not there, are told apart', async () => {
  const registry = await registryWith();
  const { host } = registry;
  expect((await pinnedImage(`${host}/team/shop:v3`, {})).note).toContain('does not have it');
  await registry.close();
  expect((await pinnedImage(`${host}/team/shop:v2`, {})).note).toContain('does not answer');
});

test('an image without a registry stays as it is, and one with a digest is fixed already', async () => {
  expect((await pinnedImage('shop:v2', {})).note).toContain('it names no registry');
  const image = `registry.invalid/shop@${DIGEST}`;
  expect(await pinnedImage(image, {})).toEqual({ image, note: null });
});

test('a registry that names a place for tokens in the clear elsewhere is sent no password', async () => {
  const { answerTo } = await import('../../../../providers/kubernetes/registry/challenge.ts');
  const words = { realm: 'http://registry.invalid/token' };
  const { signal } = new AbortController();
  expect(await answerTo({ scheme: 'bearer', words }, 'bWU6c2VjcmV0', signal)).toBeNull();
});

test('of a template what runs already is left as it is written, and the rest is fixed', async () => {
  const { host } = await registryWith();
  const [sidecar, web] = [`${host}/mesh:v1`, `${host}/team/shop:v2`];
  const named = (name: string, image: string) => ({ name, image });
  const live = { spec: { containers: [named('web', 'old'), named('mesh', sidecar)] } };
  const wanted = {
    spec: {
      initContainers: [named('migrate', web)],
      containers: [named('web', web), named('mesh', sidecar)],
    },
  };
  const { template, notes } = await pinnedTemplate(wanted, live, {});
  const fixed = `${web}@${DIGEST}`;
  expect(template.spec).toEqual({
    initContainers: [named('migrate', fixed)],
    containers: [named('web', fixed), named('mesh', sidecar)],
  });
  expect(notes).toEqual([]);
});
