import { chownSync } from 'node:fs';

/** A user without an account, as in many a container. */
export const STRANGER = 54_321;

/** Whether something can be made to belong to somebody else. */
export const isRoot = process.getuid?.() === 0;

/** For the titles of what is left out elsewhere. */
export const AS_ROOT = '(skipped where nothing can be given away: not root)';

export function giveAway(...paths: readonly string[]): void {
  for (const path of paths) chownSync(path, STRANGER, STRANGER);
}
