import { createHash } from 'node:crypto';

/**
 * Keys become names of objects, which are shorter and know no slash. So an object is named after a
 * digest, carries its key beside it, and a label for each folder that it lies in.
 */
export const KUBERNETES_STORE_MARK = {
  key: 'deployctl.dev/key',
  folder: 'folder.deployctl.dev',
} as const;

const kubernetesStoreDigestOf = (text: string) =>
  createHash('sha256').update(text).digest('hex').slice(0, 40);

export const kubernetesStoreNameOf = (key: string): string =>
  `deployctl-${kubernetesStoreDigestOf(key)}`;

/** `targets/shop/log/1` lies in `targets`, in `targets/shop` and in `targets/shop/log`. */
export function kubernetesStoreLabelsOf(key: string): Readonly<Record<string, string>> {
  const parts = key.split('/');
  const folders = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
  return Object.fromEntries(
    folders.map((folder) => [labelOf(folder), kubernetesStoreDigestOf(folder)]),
  );
}

const labelOf = (folder: string) => `${KUBERNETES_STORE_MARK.folder}/${folder.split('/').length}`;

/** Selects all that lies in a folder, however deep. */
export const selectorOf = (folder: string): string =>
  `${labelOf(folder)}=${kubernetesStoreDigestOf(folder)}`;

/** What a key is called in a folder that it lies in. */
export const nameIn = (folder: string, key: string): string =>
  key.slice(folder.length + 1).split('/')[0] ?? '';
