import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { createFileStore } from '../../../stores/file/index.ts';
import { storeSuite } from '../../contract/store-suite.ts';
import type { Finish, Race } from '../../helpers/store-writers.ts';

const run = promisify(execFile);
const root = await mkdtemp(join(tmpdir(), 'deployctl-store-'));
afterAll(() => rm(root, { recursive: true, force: true }));

let made = 0;
const folder = () => join(root, `store-${made++}`);
const refusal = expect.objectContaining({ failure: 'permanent' });

storeSuite({
  name: 'file',
  make: async () => createFileStore(folder()),
  reopen: (store) => createFileStore(fileURLToPath(store.url)),
});

/** A process with sixteen writers, who race whenever they are told to. */
function startWriters(path: string, letters: string) {
  const script = fileURLToPath(new URL('../../helpers/store-writers.ts', import.meta.url));
  const child = fork(script, [path, letters], { stdio: 'inherit' });
  return {
    race: async (race: Race): Promise<Finish> => {
      child.send(race);
      const [finish] = await once(child, 'message');
      return finish;
    },
    end: () => child.kill(),
  };
}

/** Bytes; the large ones are few because 32 writers bring one each. */
const SIZES = [...Array.from({ length: 24 }, (_, round) => (round % 2 ? 1 : 4096)), 2 ** 20];

test('of two processes with sixteen writers each exactly one writer wins, and nobody sees a part', {
  timeout: 60_000,
}, async () => {
  const path = folder();
  const writers = ['abcdefghijklmnop', 'ABCDEFGHIJKLMNOP'].map((each) => startWriters(path, each));
  const winners = new Set<string>();
  for (const [round, size] of SIZES.entries()) {
    const started = round % 2 ? writers : writers.toReversed();
    const race = { key: `race/${round}`, size };
    const ends = await Promise.all(started.map((each) => each.race(race)));
    const won = ends.flatMap((end) => end.won);
    expect(won).toHaveLength(1);
    expect(new Set(ends.flatMap((end) => end.seen))).toEqual(new Set(won));
    winners.add(won[0] === won[0]?.toLowerCase() ? 'one' : 'the other');
  }
  for (const each of writers) each.end();
  // Had one of the processes always been too late, nothing would have been shown.
  expect([...winners].sort()).toEqual(['one', 'the other']);
});

/** Whether a file or a folder was synced, in order, while this went on. */
async function syncsOf(work: () => Promise<unknown>): Promise<string[]> {
  const handle = await open(root);
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const synced: string[] = [];
  const { sync } = prototype;
  const spy = vi.spyOn(prototype, 'sync').mockImplementation(async function (this: FileHandle) {
    synced.push((await this.stat()).isDirectory() ? 'folder' : 'file');
    return sync.call(this);
  });
  await work().finally(() => spy.mockRestore());
  return synced;
}

test('a value is on the disk before it is answered for, and so is its name, whoever wrote it', async () => {
  const store = createFileStore(folder());
  await store.create('log/1', 'one');
  expect(await syncsOf(() => store.create('log/2', 'two'))).toEqual(['file', 'folder']);
  expect(await syncsOf(() => store.create('log/2', 'two'))).toEqual(['file', 'folder']);
});

test('no temporary file stays behind, whether a write won or not', async () => {
  const path = folder();
  const store = createFileStore(path);
  await Promise.all(['a', 'b', 'a'].map((value) => store.create('x/y', value)));
  await store.put('x/z', 'c');
  expect(await readdir(join(path, 'x'))).toEqual(['y', 'z']);
});

test('what a killed writer left unfinished is neither listed nor in the way', async () => {
  const path = folder();
  const store = createFileStore(path);
  await store.create('log/0000000001', 'one');
  await writeFile(join(path, 'log', '0000000002.abc.tmp'), 'half a rec');
  expect(await store.list('log')).toEqual(['0000000001']);
  expect(await store.create('log/0000000002', 'two')).toBe('created');
});

test('a file in the way of the folder is said in words', async () => {
  const path = folder();
  await writeFile(path, 'I am a file');
  const store = createFileStore(path);
  await expect(store.create('a/b', 'x')).rejects.toEqual(refusal);
  await expect(store.create('a/b', 'x')).rejects.toThrow(/a file is where/);
});

/** A file system of 64 KiB of its own; null where one may not be mounted. */
async function smallDisk(options: string): Promise<string | null> {
  const path = folder();
  await mkdir(path, { mode: 0o700 });
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=64k,mode=0700${options}`, 'tmpfs', path]);
    return path;
  } catch {
    return null;
  }
}

const disk = await smallDisk('');
afterAll(async () => {
  if (disk) await run('umount', [disk]);
});

describe.skipIf(disk === null)('on a disk of 64 KiB (skipped where none can be mounted)', () => {
  test('a full disk is said in words, and what was there stays whole', async () => {
    const store = createFileStore(disk ?? '');
    await store.create('log/1', 'whole');
    await expect(store.create('log/2', 'x'.repeat(200_000))).rejects.toThrow(/the disk is full/);
    await expect(store.create('log/2', 'x'.repeat(200_000))).rejects.toEqual(refusal);
    expect(await store.list('log')).toEqual(['1']);
    expect(await store.get('log/1')).toBe('whole');
    expect(await store.create('log/2', 'small')).toBe('created');
  });

  test('a read-only file system is said in words', async () => {
    const store = createFileStore(disk ?? '');
    await run('mount', ['-o', 'remount,ro', disk ?? '']);
    await expect(store.create('log/9', 'x')).rejects.toThrow(/read-only/);
    await run('mount', ['-o', 'remount,rw', disk ?? '']);
  });
});

test('what has a name that no entry can have is not listed: others leave such things behind', async () => {
  const path = folder();
  const store = createFileStore(path);
  await store.create('targets/shop-1/about', 'x');
  for (const name of ['.DS_Store', 'Foo Bar', '$x'])
    await writeFile(join(path, 'targets', name), 'x');
  expect(await store.list('targets')).toEqual(['shop-1']);
});
