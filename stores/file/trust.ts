import { DeployError, ProviderError } from '../../src/contract/index.ts';
import type { Disk, Entry } from './disk.ts';

/**
 * Whether a folder of the store is there. Throws where somebody else than its owner could have put
 * something into it: what the records say is what will be run.
 */
export async function isTrusted(disk: Disk, path: string, mayBeLink: boolean): Promise<boolean> {
  const entry = await disk.lstat(path);
  if (!entry.isSymbolicLink()) return isOwn(path, entry);
  if (mayBeLink && (isMine(entry) || entry.uid === 0)) return isOwn(path, await disk.stat(path));
  throw refusal(`${path} is a symbolic link.`, `rm ${shellWord(path)}`);
}

function isOwn(path: string, entry: Entry): boolean {
  if (!isMine(entry))
    throw refusal(
      `${path} belongs to another user (uid ${entry.uid}).`,
      `sudo chown -R ${process.geteuid?.()} ${shellWord(path)}`,
    );
  if (entry.mode & 0o022)
    throw refusal(`${path} can be written by other users.`, `chmod 700 ${shellWord(path)}`);
  return true;
}

const isMine = ({ uid }: Entry) => !process.geteuid || uid === process.geteuid();

/** By its path: which one it is says what is lost if it is taken away. */
export const linkInPlace = (path: string): ProviderError =>
  new ProviderError('permanent', `${path} is a symbolic link in the place of a value`);

export const fileInPlace = (path: string): DeployError =>
  new DeployError('store-failed', {
    message: `${path} is a file in the place of a folder.`,
    why: 'What was recorded there is not known. Put the folder back, or move the file out of the journal.',
    state: 'Nothing was read from there or written to it.',
    next: ['deployctl doctor'],
  });

function refusal(message: string, repair: string): DeployError {
  return new DeployError('store-failed', {
    message,
    why: 'Records that others can replace cannot be trusted.',
    state: 'Nothing was read from there or written to it.',
    next: [repair],
  });
}

const shellWord = (path: string) =>
  /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
