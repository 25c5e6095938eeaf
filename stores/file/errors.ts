import { DeployError, ProviderError } from '../../src/contract/index.ts';
import { isMine } from '../../src/lib/safe-files/owners.ts';

export function notAFolderAddress({ href }: URL): DeployError {
  return new DeployError('unknown-name', {
    message: `${JSON.stringify(href)} is not the address of a folder on this machine.`,
    why: 'A file URL has three slashes and no host: file:///var/lib/journals.',
  });
}

export const folderLinked = (path: string): DeployError =>
  fileStoreRefusal(`${path} is a symbolic link.`, `rm ${fileStoreShellWord(path)}`);

export const recordOfOthers = (path: string, uid: number): DeployError =>
  fileStoreRefusal(
    `${path} belongs to another user (uid ${uid}).`,
    `mv ${fileStoreShellWord(path)} ~`,
  );

/** Never by giving them to whoever reads them: that would not change who wrote them. */
export const folderOfOthers = (path: string, uid: number) =>
  fileStoreRefusal(
    `${path} belongs to another user (uid ${uid}).`,
    `sudo -H -u '#${uid}' deployctl status`,
    'deployctl status --store file:///another/folder',
  );

export const folderShared = (path: string, uid: number) =>
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
