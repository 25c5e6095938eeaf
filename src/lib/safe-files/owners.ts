import { statSync } from 'node:fs';

/** As whom this process acts; not by name: in a container there may be none. */
const userId = (): number => process.geteuid?.() ?? -1;

let owner: number | null = null;

/** Root, or whom a container or a user namespace shows in its place: who owns `/` decides all the rest. */
function ownerOfAll(): number {
  owner ??= statSync('/').uid;
  return owner;
}

export const isMine = (uid: number): boolean => !process.geteuid || uid === userId();

/** Whoever is as mighty as we are, or mightier: there is no keeping anything from root. */
export function isTrusted(uid: number): boolean {
  return isMine(uid) || uid === 0 || uid === ownerOfAll();
}

interface Permissions {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/**
 * Whether others than its owner may put something there. The group that many systems make for each
 * user, with the number of the user, is nobody else.
 */
export function isShared({ uid, gid, mode }: Permissions): boolean {
  return (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== uid);
}
