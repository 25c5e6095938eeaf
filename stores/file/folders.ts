import { constants } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { type Disk, isCode } from './disk.ts';
import { fileStoreIsTrusted } from './trust.ts';

/**
 * The folders of one store: each is looked at once before it is trusted, and made durable once before
 * anything in it is answered for.
 */
export class Folders {
  readonly #root: string;
  readonly #disk: Disk;
  readonly #looked = new Map<string, Promise<boolean>>();
  readonly #made = new Map<string, Promise<void>>();

  constructor(root: string, disk: Disk) {
    this.#root = root;
    this.#disk = disk;
  }

  /** Whether it is there, with all folders of the store above it; ENOTDIR where one is a file. */
  async trust(folder: string): Promise<boolean> {
    for (const path of this.#downTo(folder)) if (!(await this.#look(path))) return false;
    return true;
  }

  /** What lies where a folder of the store should. */
  async fileAt(folder: string): Promise<string> {
    for (const path of this.#downTo(folder))
      if (!(await this.#disk.stat(path)).isDirectory()) return path;
    return folder;
  }

  #downTo(folder: string): string[] {
    const names = relative(this.#root, folder).split(sep).filter(Boolean);
    return ['', ...names].map((_, depth) => join(this.#root, ...names.slice(0, depth)));
  }

  /** There, trusted, and found again after a power cut. */
  make(folder: string): Promise<void> {
    return once(this.#made, folder, async () => {
      await this.trust(folder);
      await this.#disk.mkdir(folder, { recursive: true, mode: 0o700 });
      await this.trust(folder);
      await this.#syncAbove(folder);
    });
  }

  /** Somebody took a folder away: nothing that is known of any still holds. */
  forget(): void {
    this.#looked.clear();
    this.#made.clear();
  }

  async sync(folder: string): Promise<void> {
    const opened = await this.#disk.open(folder, constants.O_RDONLY);
    await opened.sync().finally(() => opened.close());
  }

  /** Whoever made the folders: another process may have died before it synced them. */
  async #syncAbove(folder: string): Promise<void> {
    const above: string[] = [];
    for (let path = folder; path !== dirname(path); path = dirname(path)) above.push(dirname(path));
    await Promise.all(above.map((path) => this.sync(path).catch(unlessOutside(this.#root, path))));
  }

  async #look(path: string): Promise<boolean> {
    const isThere = await once(this.#looked, path, () =>
      fileStoreIsTrusted(this.#disk, path, path === this.#root).catch(falseWhereMissing),
    );
    if (!isThere) this.#looked.delete(path);
    return isThere;
  }
}

/** One try for all who ask at the same time; one that failed is tried again. */
function once<T>(tries: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const known = tries.get(key);
  if (known) return known;
  const begun = work();
  tries.set(key, begun);
  begun.catch(() => tries.delete(key));
  return begun;
}

function falseWhereMissing(error: unknown): false {
  if (isCode(error, 'ENOENT')) return false;
  throw error;
}

const UNSYNCABLE = ['EACCES', 'EPERM', 'EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EROFS'];

/** Above the store there may be folders that one may not open, or that lie on no disk at all. */
const unlessOutside = (root: string, path: string) => (error: unknown) => {
  if (`${path}${sep}`.startsWith(`${root}${sep}`) || !isCode(error, ...UNSYNCABLE)) throw error;
};
