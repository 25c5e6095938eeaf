import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadPlugins } from '../../src/plug-ins/load.ts';

const EXAMPLE = resolve(import.meta.dirname, '../../examples/plug-ins/all-at-once.mjs');

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deployctl-plug-ins-'));
  await writeFile(join(folder, 'empty.mjs'), 'export default 7;');
  await writeFile(join(folder, 'broken.mjs'), 'throw new Error("not today");');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('a plug-in brings what it names, and each part is found by its name', async () => {
  const { strategies, sources, reporters } = await loadPlugins([EXAMPLE], folder);
  expect(Object.keys(strategies)).toEqual(['all-at-once']);
  expect(Object.keys(sources)).toEqual(['workday']);
  expect(reporters).toHaveLength(1);
});

test.each([
  ['a file that is not there', './missing.mjs', /could not be loaded/],
  ['a package that is not installed', 'not-installed-anywhere', /could not be loaded/],
  ['one that throws', './broken.mjs', /not today/],
  ['one that exports something else', './empty.mjs', /default export/],
])('%s is refused in words', async (_, name, why) => {
  await expect(loadPlugins([name], folder)).rejects.toMatchObject({
    code: 'config-invalid',
    why: expect.stringMatching(why),
  });
});

test('two plug-ins that bring the same name are refused', async () => {
  await expect(loadPlugins([EXAMPLE, EXAMPLE], folder)).rejects.toMatchObject({
    why: expect.stringContaining('all-at-once'),
  });
});
