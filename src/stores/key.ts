import { ProviderError } from '../contract/index.ts';

const KEY = /^[a-z0-9._-]+(\/[a-z0-9._-]+)*$/;

/** Refuses what is no key, before it can be taken for a path. */
export function checkKey(key: string): string {
  const parts = key.split('/');
  if (KEY.test(key) && !parts.includes('.') && !parts.includes('..')) return key;
  throw new ProviderError('permanent', `${JSON.stringify(key)} is no valid key`);
}
