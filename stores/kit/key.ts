import { ProviderError } from '../../src/contract/index.ts';

const KEY = /^[a-z0-9._-]{1,200}(\/[a-z0-9._-]{1,200})*$/;
const KEY_NAME = /^[a-z0-9._-]{1,200}$/;
const STORE_KEY_MAX_CHARS = 800;

/** Names that mean something else to a file system, or to the file store. */
const TAKEN = /(^|\/)\.\.?(\/|$)|\.tmp(\/|$)/;

/** Whether an entry can have this name; whatever else lies in a folder is none of a store's. */
export const isName = (name: string): boolean => KEY_NAME.test(name) && !TAKEN.test(name);

/** Refuses what is no key, before it can be taken for a path. Every store takes the same keys. */
export function checkKey(key: string): string {
  if (key.length <= STORE_KEY_MAX_CHARS && KEY.test(key) && !TAKEN.test(key)) return key;
  const shown = key.length > 100 ? `${key.slice(0, 100)}…` : key;
  throw new ProviderError('permanent', `${JSON.stringify(shown)} is not a valid key`);
}
