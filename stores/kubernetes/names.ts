import { createHash } from 'node:crypto';

/**
 * Keys become names of objects, which are shorter and know no slash. So an object is named after a
 * digest, carries its key beside it, and a label for each folder that it lies in.
 */
export const MARK = { key: 'deployctl.dev/key', folder: 'folder.deployctl.dev' } as const;

const digestOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 40);

export const nameOf = (key: string): string => `deployctl-${digestOf(key)}`;

/** `targets/shop/log/1` lies in `targets`, in `targets/shop` and in `targets/shop/log`. */
export function labelsOf(key: string): Readonly<Record<string, string>> {
  const parts = key.split('/');
  const folders = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
  return Object.fromEntries(folders.map((folder) => [labelOf(folder), digestOf(folder)]));
}

const labelOf = (folder: string) => `${MARK.folder}/${folder.split('/').length}`;

/** Selects all that lies in a folder, however deep. */
export const selectorOf = (folder: string): string => `${labelOf(folder)}=${digestOf(folder)}`;

/** What a key is called in a folder that it lies in. */
export const nameIn = (folder: string, key: string): string =>
  key.slice(folder.length + 1).split('/')[0] ?? '';
