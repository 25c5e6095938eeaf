import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { isMine, isShared } from './owners.ts';

/** Never through a link, and never waiting for whoever would write into a pipe. */
const OWN_FILE_READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** A text that only this user can have written; null where it is anything else. */
export async function readOwn(path: string): Promise<string | null> {
  const file = await open(path, OWN_FILE_READ);
  try {
    const entry = await file.stat();
    const isOwn = entry.isFile() && isMine(entry.uid) && !isShared(entry);
    return isOwn ? await file.readFile('utf8') : null;
  } finally {
    await file.close();
  }
}
