import type { Flaw } from '../../src/lib/safe-files/flaw.ts';
import { isMine, isTrusted as isTrustedOwner } from '../../src/lib/safe-files/owners.ts';
import type { Disk, FileStoreEntry } from './disk.ts';
import { folderLinked, folderOfOthers, folderShared, recordOfOthers } from './errors.ts';

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
  if (!isTop || !isTrustedOwner(entry.uid)) throw folderLinked(path);
  demandSafe(disk.flawAt(path));
  return isOwn(path, await disk.stat(path));
}

/** A record that others wrote stays theirs, whatever becomes of the folder around it. */
export function demandOwnRecord(path: string, { uid }: FileStoreEntry): void {
  if (isMine(uid)) return;
  throw recordOfOthers(path, uid);
}

function isOwn(path: string, entry: FileStoreEntry): boolean {
  if (!isMine(entry.uid)) throw folderOfOthers(path, entry.uid);
  if (entry.mode & 0o022) throw folderShared(path, entry.uid);
  return true;
}

function demandSafe(flaw: Flaw | null): void {
  // What stands in the way of a folder is told where it is found.
  if (flaw === null || flaw.kind === 'no folder') return;
  throw flaw.kind === 'foreign'
    ? folderOfOthers(flaw.path, flaw.uid)
    : folderShared(flaw.path, flaw.uid);
}
