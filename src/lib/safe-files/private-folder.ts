import { chmodSync } from 'node:fs';
import { descend, type Manner, unsafe } from './descent.ts';
import type { Foothold } from './foothold.ts';
import { isMine, isShared } from './owners.ts';

/**
 * A folder that only this user can enter, held until it is closed. Made where it is missing, if that
 * is asked for; refused with `UnsafePath` where it, or any folder above it, is in other hands.
 */
export function openPrivate(path: string, manner: Manner = {}): Foothold {
  const folder = descend(path, manner);
  try {
    if (!folder.entry.isDirectory()) throw unsafe('no folder', folder);
    if (!isMine(folder.entry.uid)) throw unsafe('foreign', folder);
    // What others may have put there would become ours by keeping them out from now on.
    if (isShared(folder.entry)) throw unsafe('shared', folder);
    if ((folder.entry.mode & 0o077) !== 0) chmodSync(folder.at('.'), 0o700);
    return folder;
  } catch (error) {
    folder.close();
    throw error;
  }
}
