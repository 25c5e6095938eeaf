import { execFile } from 'node:child_process';
import {
  chmod,
  type FileHandle,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { createFileStore } from '../../src/stores/file.ts';
import { storeSuite } from '../contract/store-suite.ts';

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

const ROUNDS = 60;

test('two processes with eight writers each never both win a key', async () => {
  const path = folder();
  const script = fileURLToPath(new URL('../helpers/store-writers.ts', import.meta.url));
  const outputs = await Promise.all(
    ['one', 'two'].map((name) => run(process.execPath, [script, path, name, String(ROUNDS)])),
  );
  const won = outputs.flatMap(({ stdout }) => JSON.parse(stdout) as string[]);
  expect(won).toHaveLength(ROUNDS);
  const store = createFileStore(path);
  for (const win of won) {
    const [round = '', ...winner] = win.split(' ');
    expect(await store.get(`race/${round.padStart(5, '0')}`)).toBe(winner.join(' '));
  }
});

test('files are for their owner only, and so are the folders', async () => {
  const path = folder();
  await createFileStore(path).create('targets/shop-1/about', '{}');
  const mode = async (name: string) => (await stat(join(path, name))).mode & 0o777;
  expect(await mode('')).toBe(0o700);
  expect(await mode('targets')).toBe(0o700);
  expect(await mode('targets/shop-1/about')).toBe(0o600);
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

test('a link in the place of a value is not followed when it is written', async () => {
  const path = folder();
  const store = createFileStore(path);
  await store.create('a/b', 'x');
  const outside = join(root, 'outside');
  await writeFile(outside, 'untouched');
  await symlink(outside, join(path, 'a', 'c'));
  await store.put('a/c', 'mine');
  expect(await readFile(outside, 'utf8')).toBe('untouched');
});

test('a file in the way of the folder is said in words', async () => {
  const path = folder();
  await writeFile(path, 'I am a file');
  const store = createFileStore(path);
  await expect(store.create('a/b', 'x')).rejects.toEqual(refusal);
  await expect(store.create('a/b', 'x')).rejects.toThrow(/in the way/);
});

test('a folder that others may write to is refused', async () => {
  const path = folder();
  await mkdir(path);
  await chmod(path, 0o777);
  const error = await createFileStore(path)
    .probe()
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'store-failed', next: [`chmod 700 ${path}`] });
});

const isRoot = process.getuid?.() === 0;

test.skipIf(isRoot)('a folder that may not be written to is said in words', async () => {
  const path = folder();
  await mkdir(path, { mode: 0o500 });
  await expect(createFileStore(path).create('a/b', 'x')).rejects.toThrow(/not permitted/);
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
