import type { FolderView } from '../../../src/contract/index.ts';

/** A folder with these files. */
export const folder = (files: Readonly<Record<string, string>>): FolderView => ({
  files: Object.keys(files),
  read: (path) => files[path] ?? null,
});
