import { randomBytes } from 'node:crypto';
import { constants, type PathLike } from 'node:fs';
import { link, lstat, mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Created, DeployError, ProviderError, type Store } from '../contract/index.ts';
import { checkKey } from './key.ts';
import { proveExclusive } from './prove.ts';

/**
 * A folder as store. `create` writes a temporary file, syncs it, and links it to its name: the link
 * is the atomic put-if-absent, and the folder is synced before it is answered.
 */
export function createFileStore(folder: string): Store {
  const path = (key: string) => join(folder, ...checkKey(key).split('/'));
  return {
    url: pathToFileURL(folder).href,
    get: async (key) => explained(folder, () => readIfThere(path(key))),
    create: async (key, value) => explained(folder, () => create(path(key), value)),
    put: async (key, value) => explained(folder, () => replace(path(key), value)),
    list: async (prefix) => explained(folder, () => listIfThere(path(prefix))),
    probe: () => explained(folder, () => probe(folder)),
  };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
}

async function listIfThere(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).filter((name) => !name.endsWith('.tmp')).sort();
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

async function create(path: string, value: string): Promise<Created> {
  const { file, temporary } = await writeBeside(path, value);
  const isNew = await linkNew(temporary, path).finally(() =>
    // Together, because each is a trip of its own. The folder is synced for a value that was there
    // too: whoever wrote it may have died before that.
    Promise.all([file.close(), unlink(temporary), syncFolder(dirname(path))]),
  );
  if (isNew) return 'created';
  return (await readIfThere(path)) === value ? 'mine' : 'exists';
}

async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

async function replace(path: string, value: string): Promise<void> {
  const { file, temporary } = await writeBeside(path, value);
  await rename(temporary, path).finally(() => file.close());
}

/** The whole value on disk under a temporary name, or no file at all. */
async function writeBeside(path: string, value: string) {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const file = await open(temporary, flags, 0o600).catch(async (error: unknown) => {
    if (!isCode(error, 'ENOENT')) throw error;
    await makeFolder(dirname(path));
    return open(temporary, flags, 0o600);
  });
  try {
    await file.writeFile(value);
    await file.sync();
    return { file, temporary };
  } catch (error) {
    await Promise.all([file.close(), unlink(temporary)]).catch(() => {});
    throw error;
  }
}

/** Makes the folder, and syncs each folder above that got a new entry. */
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (!first) return;
  for (
    let folder = dirname(path);
    folder.length >= dirname(first).length;
    folder = dirname(folder)
  ) {
    await syncFolder(folder);
    if (folder === dirname(folder)) return;
  }
}

async function syncFolder(path: PathLike): Promise<void> {
  const folder = await open(path, constants.O_RDONLY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function probe(folder: string): Promise<void> {
  await makeFolder(folder);
  const { uid, mode } = await lstat(folder);
  if (process.getuid && uid !== process.getuid() && process.getuid() !== 0) {
    throw new DeployError('store-failed', {
      message: `${folder} belongs to another user (uid ${uid}).`,
      why: 'Records that others can replace cannot be trusted.',
    });
  }
  if (mode & 0o022) {
    throw new DeployError('store-failed', {
      message: `${folder} can be written by other users.`,
      next: [`chmod 700 ${folder}`],
    });
  }
  const key = join(folder, `probe-${randomBytes(6).toString('hex')}`);
  const advice = ['deployctl deploy --store file:///another/folder'];
  await proveExclusive(folder, (value) => create(key, value), advice).finally(() =>
    unlink(key).catch(() => {}),
  );
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'writing there is not permitted',
  EPERM: 'writing there is not permitted',
  ENOTDIR: 'a file is in the way of the folder',
  EIO: 'the disk reports an error',
};

/** What the disk refuses will not change within a minute: say so now instead of trying again. */
async function explained<T>(folder: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ''];
    if (!reason) throw error;
    throw new ProviderError('permanent', `${reason} (${folder})`, { cause: error });
  }
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? '');
}
