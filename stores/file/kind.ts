import { fileURLToPath } from 'node:url';
import { DeployError, type StoreKind } from '../../src/contract/index.ts';
import { createFileStore } from './index.ts';

/** `file:///folder`. */
export const fileStore: StoreKind = {
  scheme: 'file',
  words: 'Files in a folder of this machine: by default in your own state folder.',
  url: 'file:///var/lib/journals',
  open: async (url) => {
    const folder = fileStoreFolderOf(url);
    if (folder !== null) return createFileStore(folder);
    throw new DeployError('unknown-name', {
      message: `${JSON.stringify(url.href)} is not the address of a folder on this machine.`,
      why: 'A file URL has three slashes and no host: file:///var/lib/journals.',
    });
  },
};

/** Null for what is no address of a folder: another host, or a path that cannot be one. */
function fileStoreFolderOf(url: URL): string | null {
  try {
    const path = fileURLToPath(url);
    return path.includes('\0') ? null : path;
  } catch {
    return null;
  }
}
