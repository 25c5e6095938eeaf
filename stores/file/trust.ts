import { DeployError, ProviderError } from '../../src/contract/index.ts';
import type { Flaw } from '../../src/lib/safe-files/flaw.ts';
import { isMine, isTrusted as isTrustedOwner } from '../../src/lib/safe-files/owners.ts';
import type { Disk, FileStoreEntry } from './disk.ts';

/**
 * Whether a folder of the store is there. Throws where somebody else than its owner could have put
 * something into it, or something else in its place: what the records say is what will be run.
 */
export async function fileStoreIsTrusted(
  disk: Disk,
  path: string,
  isTop: boolean,
): Promise<boolean> {
  if (isTop) demandSafe(disk.flawOnWay(path));
  const entry = await disk.lstat(path);
  if (!entry.isSymbolicLink()) return isOwn(path, entry);
  if (!isTop || !isTrustedOwner(entry.uid))
    throw fileStoreRefusal(`${path} is a symbolic link.`, `rm ${fileStoreShellWord(path)}`);
  demandSafe(disk.flawAt(path));
  return isOwn(path, await disk.stat(path));
}

/** A record that others wrote stays theirs, whatever becomes of the folder around it. */
export function demandOwnRecord(path: string, { uid }: FileStoreEntry): void {
  if (isMine(uid)) return;
  throw fileStoreRefusal(
    `${path} belongs to another user (uid ${uid}).`,
    `mv ${fileStoreShellWord(path)} ~`,
  );
}

function isOwn(path: string, entry: FileStoreEntry): boolean {
  if (!isMine(entry.uid)) throw foreign(path, entry.uid);
  if (entry.mode & 0o022) throw fileStoreShared(path, entry.uid);
  return true;
}

function demandSafe(flaw: Flaw | null): void {
  // What stands in the way of a folder is told where it is found.
  if (flaw === null || flaw.kind === 'no folder') return;
  throw flaw.kind === 'foreign'
    ? foreign(flaw.path, flaw.uid)
    : fileStoreShared(flaw.path, flaw.uid);
}

/** Never by giving them to whoever reads them: that would not change who wrote them. */
const foreign = (path: string, uid: number) =>
  fileStoreRefusal(
    `${path} belongs to another user (uid ${uid}).`,
    `sudo -H -u '#${uid}' deployctl status`,
    'deployctl status --store file:///another/folder',
  );

const fileStoreShared = (path: string, uid: number) =>
  fileStoreRefusal(
    `${path} can be written by other users.`,
    `chmod ${isMine(uid) ? '700' : 'go-w'} ${fileStoreShellWord(path)}`,
  );

/** By its path: which one it is says what is lost if it is taken away. */
export const linkInPlace = (path: string): ProviderError =>
  new ProviderError('permanent', `${path} is a symbolic link where a record should be`);

export const fileInPlace = (path: string): DeployError =>
  new DeployError('store-failed', {
    message: `${path} is a file where a folder should be.`,
    why: 'What was recorded there is unknown. Restore the folder, or move the file out of the journal.',
    state: 'Nothing was read from there or written to it.',
    next: ['deployctl doctor'],
  });

function fileStoreRefusal(message: string, ...next: readonly string[]): DeployError {
  return new DeployError('store-failed', {
    message,
    why: 'Records that others can replace cannot be trusted.',
    state: 'Nothing was read from there or written to it.',
    next,
  });
}

const fileStoreShellWord = (path: string) =>
  /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
