import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Shelf } from '../config/index.ts';
import { DeployError, type OpenMeans, type Store, type StoreKind } from '../contract/index.ts';
import { shellWord } from '../lib/shell-word.ts';
import { nearest } from '../lib/suggest.ts';
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

function unknownStore(given: string, schemes: readonly string[]): DeployError {
  const urls = schemes.map((scheme) => `a URL that begins with ${scheme}://`);
  const [scheme = '', rest] = given.split('://');
  const near = rest ? nearest(scheme, schemes) : null;
  const meant = near && `${near}://${rest}`;
  return new DeployError('unknown-name', {
    message: `There is no store for ${JSON.stringify(given)}.`,
    why: `${meant ? `Did you mean ${meant}? ` : ''}Known: the absolute path of a folder, ${urls.join(', ')}.`,
    next: [`deployctl doctor --store ${shellWord(meant ?? '/an/absolute/folder')}`],
  });
}
