import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Created, Store } from '../../src/contract/index.ts';
import { checkKey, isName } from '../kit/key.ts';
import { proveStore } from '../kit/prove.ts';
import { checkValue, namesAfter } from '../kit/value.ts';
import { type Disk, explained, isCode, realDisk } from './disk.ts';
import { fileInPlace, linkInPlace } from './errors.ts';
import { Folders } from './folders.ts';
import { demandOwnRecord } from './trust.ts';

/** A disk takes nearly anything; what is longer than this is no record. */
const FILE_STORE_LIMITS = { value: 2 ** 24, poll: 200 };

/**
 * A folder as store. `create` writes a temporary file, syncs it, and links it to its name: the link
 * is the atomic put-if-absent, and the folder is synced before it is answered.
 */
export function createFileStore(folder: string, disk: Disk = realDisk): Store {
  const root = resolve(folder);
  const files = new FileStoreFiles(disk, new Folders(root, disk));
  const path = (key: string) => join(root, ...checkKey(key).split('/'));
  const call = <T>(work: () => Promise<T>) => explained(root, work);
  const store: Store = {
    url: pathToFileURL(root).href,
    limits: FILE_STORE_LIMITS,
    get: async (key) => call(() => files.read(path(key))),
    create: async (key, value) =>
      call(() => files.create(path(key), checkValue(value, FILE_STORE_LIMITS.value))),
    put: async (key, value) =>
      call(() => files.replace(path(key), checkValue(value, FILE_STORE_LIMITS.value))),
    list: async (prefix, after) =>
      call(async () => namesAfter(await files.list(path(prefix)), after)),
    remove: async (key) => call(() => files.remove(path(key))),
    probe: () => call(() => proveStore(store, ['deployctl deploy --store file:///another/folder'])),
  };
  return store;
}

/** Never through a link, and never waiting for whoever would write into a pipe. */
const FILE_STORE_READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const WRITE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

class FileStoreFiles {
  readonly #disk: Disk;
  readonly #folders: Folders;

  constructor(disk: Disk, folders: Folders) {
    this.#disk = disk;
    this.#folders = folders;
  }

  async read(path: string): Promise<string | null> {
    try {
      if (!(await this.#folders.trust(dirname(path)))) return null;
      const [text, entry] = await Promise.all([
        this.#disk.readFile(path, { encoding: 'utf8', flag: FILE_STORE_READ }),
        this.#disk.lstat(path),
      ]);
      demandOwnRecord(path, entry);
      return text;
    } catch (error) {
      // A folder by this name holds other values; it is none itself.
      if (isCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return null;
      throw isCode(error, 'ELOOP') ? linkInPlace(path) : error;
    }
  }

  async list(path: string): Promise<string[]> {
    try {
      if (!(await this.#folders.trust(path))) return [];
      return (await this.#disk.readdir(path)).filter(isName).sort();
    } catch (error) {
      if (isCode(error, 'ENOENT')) return [];
      // What the folder held is lost: that is not the same as nothing.
      throw isCode(error, 'ENOTDIR') ? fileInPlace(await this.#folders.fileAt(path)) : error;
    }
  }

  async create(path: string, value: string): Promise<Created> {
    const { file, temporary } = await this.#writeBeside(path, value);
    const isNew = await this.#linkNew(temporary, path).finally(() =>
      // Together, because each is a trip of its own. The folder is synced for a value that was there
      // too: whoever wrote it may have died before that.
      Promise.all([file.close(), this.#disk.unlink(temporary), this.#folders.sync(dirname(path))]),
    );
    if (isNew) return 'created';
    return (await this.read(path)) === value ? 'mine' : 'exists';
  }

  async replace(path: string, value: string): Promise<void> {
    const { file, temporary } = await this.#writeBeside(path, value);
    await this.#disk.rename(temporary, path).finally(() => file.close());
  }

  async remove(path: string): Promise<void> {
    try {
      if (await this.#folders.trust(dirname(path))) await this.#disk.unlink(path);
    } catch (error) {
      if (!isCode(error, 'ENOENT', 'ENOTDIR')) throw error;
    }
  }

  async #linkNew(from: string, to: string): Promise<boolean> {
    try {
      await this.#disk.link(from, to);
      return true;
    } catch (error) {
      if (isCode(error, 'EEXIST')) return false;
      throw error;
    }
  }

  /** The whole value on disk under a temporary name, or no file at all. */
  async #writeBeside(path: string, value: string) {
    const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    const file = await this.#openNew(temporary);
    try {
      await file.writeFile(value);
      await file.sync();
      return { file, temporary };
    } catch (error) {
      await Promise.all([file.close(), this.#disk.unlink(temporary)]).catch(() => {});
      throw error;
    }
  }

  async #openNew(path: string) {
    const open = async () => {
      await this.#folders.make(dirname(path));
      return this.#disk.open(path, WRITE, 0o600);
    };
    return open().catch((error: unknown) => {
      if (!isCode(error, 'ENOENT')) throw error;
      this.#folders.forget();
      return open();
    });
  }
}
