import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AS_ROOT, giveAway, isRoot } from '../helpers/stranger.ts';
import { builtBinary } from './built.ts';

const run = promisify(execFile);
const parts = resolve(builtBinary(), '../..');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deployctl-strangers-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Where Node's header of a compiled file has the check sum of the source. */
const SUM_AT = 12;

/**
 * What a stranger can put into a folder that Node shares between users: code that was compiled from
 * another source of the same length, with the check sum of the source that is there.
 */
async function plantCompiled(cache: string, file: string, [words, others]: [string, string]) {
  const source = await readFile(file, 'utf8');
  expect(source).toContain(words);
  await writeFile(file, source.replaceAll(words, others));
  const line = `(await import('node:module')).enableCompileCache(${JSON.stringify(cache)}); await import(${JSON.stringify(file)});`;
  await run(process.execPath, ['--input-type=module', '--eval', line]);
  await writeFile(file, source);
  for (const name of await readdir(cache, { recursive: true })) {
    const entry = join(cache, name);
    if ((await stat(entry)).isDirectory()) continue;
    const bytes = await readFile(entry);
    bytes.writeUInt32LE(crc32(source), SUM_AT);
    await writeFile(entry, bytes);
  }
}

describe.runIf(isRoot)(`compiled code that another user planted ${AS_ROOT}`, () => {
  /** A copy of its own: what is compiled is found again by the path of its source. */
  const binary = () => join(folder, 'bin/deployctl.js');
  const SAID = 'deploy a release, step by step, through its gates';
  const PLANTED = 'whatever'.padEnd(SAID.length, '!');

  beforeEach(async () => {
    await run('cp', ['-r', join(parts, 'bin'), join(parts, 'dist'), folder]);
    await run('cp', [join(parts, 'package.json'), folder]);
    await run('ln', ['-s', join(parts, 'node_modules'), join(folder, 'node_modules')]);
  });

  const saying = async () => {
    const { stdout } = await run('grep', ['-l', SAID, '-r', join(folder, 'dist')]);
    return stdout.trim();
  };

  /** The folder that Node takes when it is told none. */
  const plantIn = async (cache: string) => {
    await mkdir(cache, { recursive: true });
    await plantCompiled(cache, await saying(), [SAID, PLANTED]);
    giveAway(
      cache,
      ...(await readdir(cache, { recursive: true })).map((name) => join(cache, name)),
    );
  };

  const help = async (env: Record<string, string>) =>
    (await run(process.execPath, [binary(), '--help'], { env: { ...env, PATH: process.env.PATH } }))
      .stdout;

  test('runs where Node is led to it, so the plant is a true one', async () => {
    const cache = join(folder, 'tmp/node-compile-cache');
    await plantIn(cache);
    expect(await help({ NODE_COMPILE_CACHE: cache, HOME: folder })).toContain(PLANTED);
  });

  test('is not run from the folder for temporary files', async () => {
    const tmp = join(folder, 'tmp');
    await plantIn(join(tmp, 'node-compile-cache'));
    await chmod(tmp, 0o1777);
    expect(await help({ TMPDIR: tmp, HOME: folder })).not.toContain(PLANTED);
  });

  test.each(['.cache', '.cache/deployctl', '.cache/deployctl/compiled'])(
    'is not run from a home in which %s is theirs, and nothing is written there',
    async (theirs) => {
      const cache = join(folder, '.cache/deployctl/compiled');
      await plantIn(cache);
      await run('chown', ['-R', '0:0', join(folder, '.cache')]);
      giveAway(join(folder, theirs));
      const before = (await readdir(cache, { recursive: true })).length;
      expect(await help({ HOME: folder })).not.toContain(PLANTED);
      expect((await readdir(cache, { recursive: true })).length).toBe(before);
    },
  );

  test('is kept in a folder of one’s own where the home is one', async () => {
    await help({ HOME: folder });
    const cache = join(folder, '.cache/deployctl/compiled');
    expect((await stat(cache)).mode & 0o777).toBe(0o700);
    expect((await readdir(cache, { recursive: true })).length).toBeGreaterThan(2);
  });
});
