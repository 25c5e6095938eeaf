import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Disk, realDisk } from '../../../stores/file/disk.ts';
import { createFileStore } from '../../../stores/file/index.ts';

const root = await mkdtemp(join(tmpdir(), 'deployctl-trouble-'));
afterAll(() => rm(root, { recursive: true, force: true }));

let made = 0;
const folder = () => join(root, `store-${made++}`);
const refused = expect.objectContaining({ name: 'ProviderError', failure: 'permanent' });
const failing = (code: string) => async () => {
  throw Object.assign(new Error(code), { code });
};

/** Fails one of the operations on files, and leaves folders alone. */
const failingFile = (operation: 'writeFile' | 'sync', code: string): Partial<Disk> => ({
  open: async (path, flags, mode) => {
    const file = await realDisk.open(path, flags, mode);
    if (path.endsWith('.tmp')) file[operation] = failing(code);
    return file;
  },
});

/** What a disk may answer, where, and what is said about it. */
const TROUBLE: readonly [code: string, operation: string, disk: Partial<Disk>, told: RegExp][] = [
  ['ENOSPC', 'writing', failingFile('writeFile', 'ENOSPC'), /the disk is full/],
  ['EDQUOT', 'writing', failingFile('writeFile', 'EDQUOT'), /the disk quota is used up/],
  ['EFBIG', 'writing', failingFile('writeFile', 'EFBIG'), /larger than a file may be/],
  ['EIO', 'writing', failingFile('writeFile', 'EIO'), /the disk reports an error/],
  ['EIO', 'syncing', failingFile('sync', 'EIO'), /the disk reports an error/],
  ['ENOSPC', 'syncing', failingFile('sync', 'ENOSPC'), /the disk is full/],
  ['EROFS', 'making a folder', { mkdir: failing('EROFS') }, /the file system is read-only/],
  ['ENOSPC', 'linking', { link: failing('ENOSPC') }, /the disk is full/],
  ['EPERM', 'linking', { link: failing('EPERM') }, /does not permit/],
  ['EOPNOTSUPP', 'linking', { link: failing('EOPNOTSUPP') }, /no hard links/],
  ['ENOSYS', 'linking', { link: failing('ENOSYS') }, /no hard links/],
  ['EACCES', 'looking', { lstat: failing('EACCES') }, /not permitted/],
];

describe('a disk that fails', () => {
  test.each(TROUBLE)('with %s while %s says so, and nothing is half there', async (...row) => {
    const [, , trouble, told] = row;
    const path = folder();
    const healthy = createFileStore(path);
    await healthy.create('log/1', 'one');
    const store = createFileStore(path, { ...realDisk, ...trouble });
    await expect(store.create('log/2', 'two')).rejects.toEqual(refused);
    await expect(store.create('log/2', 'two')).rejects.toThrow(told);
    expect(await readdir(join(path, 'log'))).toEqual(['1']);
    expect(await healthy.create('log/2', 'two')).toBe('created');
  });

  test('while it syncs a folder has not acknowledged, and a repetition is told the truth', async () => {
    const path = folder();
    const healthy = createFileStore(path);
    await healthy.create('log/1', 'one');
    const open: Disk['open'] = async (at, flags, mode) => {
      const file = await realDisk.open(at, flags, mode);
      if (at.endsWith('/log')) file.sync = failing('EIO');
      return file;
    };
    const store = createFileStore(path, { ...realDisk, open });
    await expect(store.create('log/2', 'two')).rejects.toThrow(/the disk reports an error/);
    await expect(store.create('log/2', 'two')).rejects.toThrow(/the disk reports an error/);
    expect(await healthy.create('log/2', 'two')).toBe('mine');
  });

  test.each(['EACCES', 'EPERM', 'EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EROFS'])(
    'with %s while it syncs a folder above the journal is no trouble, but one of the journal is',
    async (code) => {
      const path = folder();
      const without = (unsyncable: string): Disk => ({
        ...realDisk,
        open: async (at, flags, mode) => {
          const file = await realDisk.open(at, flags, mode);
          if (at === unsyncable) file.sync = failing(code);
          return file;
        },
      });
      expect(await createFileStore(path, without('/')).create('log/1', 'one')).toBe('created');
      const refusing = createFileStore(path, without(path));
      await expect(refusing.create('log/2', 'two')).rejects.toEqual(refused);
    },
  );

  test('while it reads says so, instead of that nothing is there', async () => {
    const path = folder();
    await createFileStore(path).create('log/1', 'one');
    const store = createFileStore(path, {
      ...realDisk,
      readFile: failing('EIO'),
      readdir: failing('EIO'),
    });
    await expect(store.get('log/1')).rejects.toEqual(refused);
    await expect(store.list('log')).rejects.toEqual(refused);
  });

  test('while it makes a folder is asked again the next time', async () => {
    let left = 1;
    const mkdir: Disk['mkdir'] = (path, options) =>
      left-- > 0 ? failing('EMFILE')() : realDisk.mkdir(path, options);
    const store = createFileStore(folder(), { ...realDisk, mkdir });
    await expect(store.create('log/1', 'one')).rejects.toThrow(/EMFILE/);
    expect(await store.create('log/1', 'one')).toBe('created');
  });

  test('in a way that may pass is not called final', async () => {
    const store = createFileStore(folder(), { ...realDisk, link: failing('EMFILE') });
    await expect(store.create('log/1', 'one')).rejects.not.toEqual(refused);
  });
});

test('a folder of the journal that is taken away under a running process is made again', async () => {
  const path = folder();
  const store = createFileStore(path);
  await store.create('log/1', 'one');
  await rm(path, { recursive: true });
  expect(await store.get('log/1')).toBeNull();
  expect(await store.create('log/1', 'another')).toBe('created');
});

test('a file in the way of a folder is said in words', async () => {
  const path = folder();
  await writeFile(path, 'I am a file');
  await expect(createFileStore(path).create('a/b', 'x')).rejects.toThrow(
    /a file is where a folder should be/,
  );
  await expect(createFileStore(path).probe()).rejects.toMatchObject({
    code: 'store-failed',
    message: expect.stringContaining('a file is where a folder should be'),
  });
});

test('a folder in the way of a value is said in words', async () => {
  const store = createFileStore(folder());
  await store.create('log/1', 'one');
  await expect(store.put('log', 'x')).rejects.toThrow(/a folder is where a file should be/);
});
