import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/index.ts';
import { errorOf, LEAST, OPTIONS } from './loading.ts';

const run = promisify(execFile);

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'deployctl-find-'));
  await mkdir(join(root, '.git'));
  await mkdir(join(root, 'apps/shop'), { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

const write = (path: string, text: string) => writeFile(join(root, path), text);
const load = (folder = 'apps/shop', file?: string) =>
  loadConfig({ ...OPTIONS, folder: join(root, folder), file });
const named = (name: string) => LEAST.replace('shop', name);
const plainConfig = {
  service: 'plain',
  strategy: 'rolling',
  provider: { local: { command: 'a', edge: { port: 1 } } },
};

it('finds the config in the folder, and its folder is where paths start', async () => {
  await write('apps/shop/deploy.config.yaml', named('near'));
  await write('deploy.config.yaml', named('far'));
  const config = await load();
  expect(config).toMatchObject({
    service: 'near',
    file: join(root, 'apps/shop/deploy.config.yaml'),
    folder: join(root, 'apps/shop'),
  });
});

it('looks in the parents up to the folder of the repository, and no further', async () => {
  await write('deploy.config.yml', named('far'));
  expect((await load()).service).toBe('far');
  await mkdir(join(root, 'apps/shop/.git'));
  const error = await errorOf(load());
  expect(error).toMatchObject({
    code: 'config-missing',
    next: expect.arrayContaining(['deployctl init']),
  });
  expect(error.why).toContain('deploy.config.yaml');
});

it('takes the key deploy of package.json, and passes over a package.json without it', async () => {
  await write('apps/shop/package.json', JSON.stringify({ name: 'x' }));
  await write('package.json', JSON.stringify({ name: 'x', deploy: plainConfig }));
  expect((await load()).service).toBe('plain');
});

it('names the key path inside package.json', async () => {
  await write(
    'package.json',
    JSON.stringify({ deploy: { ...plainConfig, strategy: 'rollin' } }, null, 2),
  );
  const { why } = await errorOf(load('.'));
  expect(why).toMatch(/^package\.json:4:17 {2}deploy\.strategy: found "rollin"/);
});

it('passes over a package.json that is broken', async () => {
  await write('apps/shop/package.json', '{');
  await write('deploy.config.yaml', named('far'));
  expect((await load()).service).toBe('far');
});

it.each([
  ['deploy.config.mjs', `export default ${JSON.stringify(plainConfig)}`],
  ['deploy.config.js', `module.exports = ${JSON.stringify(plainConfig)}`],
  ['deploy.config.ts', `export default ${JSON.stringify(plainConfig)} satisfies object`],
  ['deploy.config.json', JSON.stringify(plainConfig)],
])('reads %s', async (name, text) => {
  await write(name, text);
  expect((await load()).service).toBe('plain');
});

it('a module has no lines, but its keys are named', async () => {
  await write(
    'deploy.config.mjs',
    `export default { service: 'a', strategy: 'canry', provider: () => 1 }`,
  );
  expect((await errorOf(load())).why).toBe(
    `${join(root, 'deploy.config.mjs')}  provider: found a function, expected plain data`,
  );
});

it('a module that throws is an error in words', async () => {
  await write('deploy.config.mjs', `throw new Error('no luck')`);
  expect((await errorOf(load('.'))).why).toBe('deploy.config.mjs  cannot be imported: no luck');
});

it('--config names the file, from the folder', async () => {
  await write('apps/other.yaml', named('other'));
  expect((await load('apps/shop', '../other.yaml')).service).toBe('other');
  const error = await errorOf(load('apps/shop', 'nothing.yaml'));
  expect(error).toMatchObject({
    code: 'config-missing',
    message: 'There is no config at nothing.yaml',
  });
});

it('--config that names a folder is told so', async () => {
  await write('apps/other.yaml', named('other'));
  expect(await errorOf(load('apps', '.'))).toMatchObject({
    message: 'The config . cannot be read',
    why: 'It is a folder: name the file in it.',
  });
});

it('an empty file is found, and says what is needed', async () => {
  await write('deploy.config.yaml', '');
  expect((await errorOf(load('.'))).why).toContain('service: is missing');
});

it.each([
  ['a pipe', (path: string) => run('mkfifo', [path]), /pipe or a device/],
  ['a device', (path: string) => symlink('/dev/zero', path), /pipe or a device/],
  ['a link to itself', (path: string) => symlink(path, path), /leads back to itself/],
])(
  '%s by the name of a config is refused, found or named, and not waited for',
  async (_, make, why) => {
    await make(join(root, 'apps/shop/deploy.config.yaml'));
    for (const file of [undefined, 'deploy.config.yaml']) {
      const error = await errorOf(load('apps/shop', file));
      expect(error).toMatchObject({ code: 'config-missing', exit: 2 });
      expect(error.why).toMatch(why);
    }
  },
);

it('nor is a pipe opened that has the name of a package.json', async () => {
  await run('mkfifo', [join(root, 'apps/shop/package.json')]);
  expect(await errorOf(load())).toMatchObject({ code: 'config-missing' });
});

it('a package.json that cannot be read is passed over', async () => {
  await write('apps/shop/package.json', '{ "name": ');
  await write('deploy.config.yaml', named('far'));
  expect((await load()).service).toBe('far');
});
