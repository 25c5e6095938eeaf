import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Shelf } from '../config/index.ts';
import type { OpenMeans, Store, StoreKind } from '../contract/index.ts';
import { unknownStore } from './errors.ts';
import type { Catalogue } from './shelf.ts';

/** Where journals can be kept, by the scheme of the URL. */
export const STORES: Catalogue<StoreKind> = {
  file: async () => (await import('../../stores/file/kind.ts')).fileStore,
  kubernetes: async () => (await import('../../stores/kubernetes/kind.ts')).kubernetesStore,
  s3: async () => (await import('../../stores/s3/kind.ts')).s3Store,
};

/** A store by its URL, or by the absolute path of a folder. */
export async function openStoreAt(
  given: string,
  known: Shelf<StoreKind>,
  means: OpenMeans,
): Promise<Store> {
  const url = urlOf(given);
  if (!url || !known.has(schemeOf(given))) throw unknownStore(given, known.names);
  return (await known.find(schemeOf(given))).open(url, means);
}

export async function storeViaAt(
  given: string,
  known: Shelf<StoreKind>,
): Promise<readonly string[]> {
  const scheme = schemeOf(given);
  return known.has(scheme) ? ((await known.find(scheme)).via ?? []) : [];
}

/** Empty for what is no URL. */
export const schemeOf = (given: string): string => urlOf(given)?.protocol.replace(/:$/, '') ?? '';

function urlOf(given: string): URL | null {
  if (isAbsolute(given)) return pathToFileURL(given);
  return URL.canParse(given) ? new URL(given) : null;
}
