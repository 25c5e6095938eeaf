import { fileURLToPath } from 'node:url';
import type { StoreKind } from '../../src/contract/index.ts';
import { notAFolderAddress } from './errors.ts';
import { createFileStore } from './index.ts';

/** `file:///folder`. */
export const fileStore: StoreKind = {
  scheme: 'file',
  words: 'Files in a folder of this machine: by default in your own state folder.',
  url: 'file:///var/lib/journals',
  open: async (url) => {
    const folder = fileStoreFolderOf(url);
    if (folder !== null) return createFileStore(folder);
    throw notAFolderAddress(url);
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
