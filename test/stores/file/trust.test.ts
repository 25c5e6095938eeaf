import { execFile } from 'node:child_process';
import {
  chmod,
  chown,
  lchown,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import type { Store } from '../../../src/contract/index.ts';
import { type Disk, realDisk } from '../../../stores/file/disk.ts';
import { createFileStore } from '../../../stores/file/index.ts';

const run = promisify(execFile);
const root = await mkdtemp(join(tmpdir(), 'deployctl-trust-'));
afterAll(() => rm(root, { recursive: true, force: true }));

const isRoot = process.getuid?.() === 0;
const SOMEBODY = 54_321;
const KEY = 'targets/shop-1/log/0000000001';

let made = 0;
/** A journal with one record in it. */
async function journal(): Promise<string> {
  const folder = join(root, `journal-${made++}`);
  await createFileStore(folder).create(KEY, 'one');
  return folder;
}

const CALLS: readonly [string, (store: Store) => Promise<unknown>][] = [
  ['get', (store) => store.get(KEY)],
  ['create', (store) => store.create('targets/shop-1/log/0000000002', 'two')],
  ['put', (store) => store.put('targets/shop-1/log/heartbeat', 'x')],
  ['list', (store) => store.list('targets/shop-1/log')],
  ['remove', (store) => store.remove(KEY)],
];

/** What each call is refused with; all of them are refused alike. */
async function refusalOf(folder: string): Promise<{ message: string; next: string[] }> {
  const refusals = await Promise.all(
    CALLS.map(async ([name, call]) => {
      const answer = await call(createFileStore(folder)).catch((error: unknown) => error);
      expect(answer, name).toMatchObject({ code: 'store-failed', exit: 1 });
      return answer as { message: string; next: string[] };
    }),
  );
  expect(new Set(refusals.map(({ message }) => message)).size).toBe(1);
  return refusals[0] as { message: string; next: string[] };
}

describe('what is written is for its owner only', () => {
  test.each(['000', '022', '077'])('whatever the mask of the process, as %s', async (mask) => {
    const before = process.umask(mask);
    const folder = await journal().finally(() => process.umask(before));
    const mode = async (name: string) => (await stat(join(folder, name))).mode & 0o777;
    for (const name of ['', 'targets', 'targets/shop-1', 'targets/shop-1/log'])
      expect(await mode(name), name).toBe(0o700);
    expect(await mode(KEY)).toBe(0o600);
  });
});

describe('a folder that others may write to is refused, with what repairs it', () => {
  const places = ['', 'targets', 'targets/shop-1', 'targets/shop-1/log'];
  const cases = places.flatMap((place) => ['770', '707'].map((mode) => ({ place, mode })));

  test.each(cases)('"$place" with mode $mode', async ({ place, mode }) => {
    const folder = await journal();
    const open = join(folder, place);
    await chmod(open, Number.parseInt(mode, 8));
    const { message, next } = await refusalOf(folder);
    expect(message).toBe(`${open} can be written by other users.`);
    const [command = '', ...args] = next[0]?.split(' ') ?? [];
    await run(command, args);
    expect(await createFileStore(folder).get(KEY)).toBe('one');
  });

  test('also by the proof that every deployment begins with', async () => {
    const folder = await journal();
    await chmod(folder, 0o777);
    await expect(createFileStore(folder).probe()).rejects.toThrow(/can be written by other users/);
  });

  test('and the command names it as a shell takes it', async () => {
    const folder = `${await journal()} of ann's; x`;
    await mkdir(folder);
    await chmod(folder, 0o777);
    const { next } = await refusalOf(folder);
    await run('sh', ['-c', next[0] ?? '']);
    expect(await createFileStore(folder).list('targets')).toEqual([]);
  });
});

describe('a file where a folder should be', () => {
  test.each(['', 'targets', 'targets/shop-1', 'targets/shop-1/log'])(
    'is named, as "%s", because a list without what lay there would be a lie',
    async (place) => {
      const folder = await journal();
      const path = join(folder, place);
      await rename(path, `${path}-away`);
      await writeFile(path, 'no folder', { mode: 0o600 });
      const store = createFileStore(folder);
      const list = store.list('targets/shop-1/log');
      await expect(list).rejects.toMatchObject({ code: 'store-failed', exit: 1 });
      await expect(list).rejects.toThrow(`${path} is a file where a folder should be.`);
      expect(await store.get(KEY)).toBeNull();
      await store.remove(KEY);
    },
  );
});

describe.skipIf(!isRoot)(
  'what belongs to somebody else (skipped where nothing can be given away)',
  () => {
    test.each(['', 'targets/shop-1/log'])('is refused, as "%s"', async (place) => {
      const folder = await journal();
      const foreign = join(folder, place);
      await chown(foreign, SOMEBODY, SOMEBODY);
      const { message, next } = await refusalOf(folder);
      expect(message).toBe(`${foreign} belongs to another user (uid ${SOMEBODY}).`);
      expect(next).toEqual([
        `sudo -H -u '#${SOMEBODY}' deployctl status`,
        'deployctl status --store file:///another/folder',
      ]);
      await chown(foreign, 0, 0);
      expect(await createFileStore(folder).get(KEY)).toBe('one');
    });

    test.each(['another user owns', 'everybody writes to'])(
      'is refused below a folder that %s, and nothing is made there',
      async (what) => {
        const above = await mkdtemp(join(root, 'above-'));
        const folder = join(above, 'journal');
        await createFileStore(folder).create(KEY, 'one');
        await (what === 'another user owns'
          ? chown(above, SOMEBODY, SOMEBODY)
          : chmod(above, 0o777));
        expect((await refusalOf(folder)).message).toContain(`${above} `);
        await refusalOf(join(above, 'fresh'));
        expect(await readdir(above)).toEqual(['journal']);
      },
    );

    test('is refused through a link of ours', async () => {
      const above = await mkdtemp(join(root, 'above-'));
      await createFileStore(join(above, 'journal')).create(KEY, 'one');
      const link = join(root, `link-${made++}`);
      await symlink(join(above, 'journal'), link);
      await chown(above, SOMEBODY, SOMEBODY);
      expect((await refusalOf(link)).message).toContain(`${above} belongs to another user`);
    });

    test('is refused as a single record, also when its folder was closed to others since', async () => {
      const folder = await journal();
      await chmod(join(folder, 'targets/shop-1/log'), 0o777);
      await chown(join(folder, KEY), SOMEBODY, SOMEBODY);
      const { next } = await refusalOf(folder);
      const [command = '', ...args] = next[0]?.split(' ') ?? [];
      await run(command, args);
      await expect(createFileStore(folder).get(KEY)).rejects.toMatchObject({
        code: 'store-failed',
        message: `${join(folder, KEY)} belongs to another user (uid ${SOMEBODY}).`,
      });
    });

    test('is refused as a link to the journal, wherever that leads', async () => {
      const link = join(root, 'planted');
      await symlink(await journal(), link);
      await lchown(link, SOMEBODY, SOMEBODY);
      expect((await refusalOf(link)).message).toBe(`${link} is a symbolic link.`);
    });
  },
);

describe('a symbolic link', () => {
  test('of the owner may lead to the journal as a whole', async () => {
    const link = join(root, 'elsewhere');
    await symlink(await journal(), link);
    expect(await createFileStore(`${link}/`).get(KEY)).toBe('one');
    expect(await createFileStore(link).create('targets/shop-1/about', '{}')).toBe('created');
  });

  test('to a journal that others may write to is refused', async () => {
    const folder = await journal();
    const link = join(root, 'open');
    await symlink(folder, link);
    await chmod(folder, 0o777);
    expect((await refusalOf(`${link}/`)).message).toMatch(/can be written by other users/);
  });

  test.each(['targets', 'targets/shop-1', 'targets/shop-1/log'])(
    'in the place of the folder %s is refused',
    async (place) => {
      const folder = await journal();
      const outside = join(root, `outside-${made++}`);
      await rename(join(folder, place), outside);
      await symlink(outside, join(folder, place));
      const { message, next } = await refusalOf(folder);
      expect(message).toBe(`${join(folder, place)} is a symbolic link.`);
      expect(next).toEqual([`rm ${join(folder, place)}`]);
    },
  );

  test('where a record should be is neither read nor written through', async () => {
    const folder = await journal();
    const outside = join(root, `file-${made++}`);
    await writeFile(outside, 'untouched');
    await symlink(outside, join(folder, 'targets/shop-1/about'));
    const store = createFileStore(folder);
    const refused = expect.objectContaining({ failure: 'permanent' });
    await expect(store.get('targets/shop-1/about')).rejects.toThrow(
      /about is a symbolic link where a record should be/,
    );
    await expect(store.create('targets/shop-1/about', 'untouched')).rejects.toEqual(refused);
    await store.put('targets/shop-1/about', 'ours');
    expect(await readFile(outside, 'utf8')).toBe('untouched');
    expect(await store.get('targets/shop-1/about')).toBe('ours');
  });
});

test('a folder that appears while ours is made is looked at before anything is put into it', async () => {
  const folder = await journal();
  const made: Disk['mkdir'] = async (path, options) => {
    await mkdir(path, { recursive: true });
    await chmod(path, 0o777);
    return realDisk.mkdir(path, options);
  };
  const store = createFileStore(folder, { ...realDisk, mkdir: made });
  await expect(store.create('deployments/a', 'b')).rejects.toMatchObject({ code: 'store-failed' });
  expect(await readdir(join(folder, 'deployments'))).toEqual([]);
});

test.each(['file', 'link'])(
  'a %s that lies in the place of a temporary file is never written into',
  async (what) => {
    const folder = await journal();
    const other = join(root, `other-${made++}`);
    await writeFile(other, 'of somebody else');
    const open: Disk['open'] = async (path, flags, mode) => {
      if (path.endsWith('.tmp')) await (what === 'link' ? symlink(other, path) : link(other, path));
      return realDisk.open(path, flags, mode);
    };
    const store = createFileStore(folder, { ...realDisk, open });
    await expect(store.create('log/1', 'ours')).rejects.toThrow();
    await expect(store.put('heartbeat', 'ours')).rejects.toThrow();
    expect(await readFile(other, 'utf8')).toBe('of somebody else');
  },
);

test('a pipe where a record should be keeps nobody waiting', async () => {
  const folder = await journal();
  await run('mkfifo', [join(folder, 'targets/shop-1/about')]);
  expect(await createFileStore(folder).get('targets/shop-1/about')).toBe('');
});

test.skipIf(isRoot)('a folder that may not be written to is said in words', async () => {
  const folder = join(root, `journal-${made++}`);
  await mkdir(folder, { mode: 0o500 });
  await expect(createFileStore(folder).create(KEY, 'x')).rejects.toThrow(/not permitted/);
});
