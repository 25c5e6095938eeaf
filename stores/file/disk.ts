import * as fs from 'node:fs/promises';
import { ProviderError } from '../../src/contract/index.ts';
import { flawAt, flawOnWay } from '../../src/lib/safe-files/descent.ts';
import type { Flaw } from '../../src/lib/safe-files/flaw.ts';

interface OpenFile {
  writeFile(text: string): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface FileStoreEntry {
  readonly uid: number;
  readonly mode: number;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

/** All that a file store asks of a disk. Tests bring one that loses its power. */
export interface Disk {
  open(path: string, flags: number, mode?: number): Promise<OpenFile>;
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  mkdir(path: string, options: { recursive: true; mode: number }): Promise<unknown>;
  readdir(path: string): Promise<string[]>;
  readFile(path: string, options: { encoding: 'utf8'; flag: number }): Promise<string>;
  lstat(path: string): Promise<FileStoreEntry>;
  stat(path: string): Promise<FileStoreEntry>;
  /** Who else has a say in what is found there: because of what lies above it, and of where it leads. */
  flawOnWay(path: string): Flaw | null;
  flawAt(path: string): Flaw | null;
}

export const realDisk: Disk = { ...fs, flawOnWay, flawAt };

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the value is larger than a file may be (ulimit -f)',
  EROFS: 'the file system is read-only',
  EACCES: 'access there is not permitted',
  EPERM: 'the file system does not permit it',
  ENOTDIR: 'a file is where a folder should be',
  EISDIR: 'a folder is where a file should be',
  ELOOP: 'a symbolic link lies where a record should be',
  ENAMETOOLONG: 'the path is too long',
  ENOTSUP: 'the file system has no hard links, or cannot sync a folder',
  ENOSYS: 'the file system has no hard links, or cannot sync a folder',
  EOPNOTSUPP: 'the file system has no hard links, or cannot sync a folder',
  EINVAL: 'the file system cannot sync a folder',
  EIO: 'the disk reports an error',
  EUCLEAN: 'the file system is damaged',
};

/** What the disk refuses will not change within a minute: say so now instead of trying again. */
export async function explained<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ''];
    if (!reason) throw error;
    throw new ProviderError('permanent', `${reason} (${folder})`, { cause: error });
  }
}

export function isCode(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? '');
}
