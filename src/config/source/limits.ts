/** Bounds that no config of a person meets, and no hostile one passes. */
export const MOST_BYTES = 1024 * 1024;
export const MOST_DEPTH = 64;
export const MOST_VALUES = 50_000;

/** Why a key cannot be taken, in words; null for any other. */
export function forbiddenKey(key: string): string | null {
  if (['__proto__', 'constructor', 'prototype'].includes(key)) return 'this key is not allowed';
  if (key === '<<')
    return 'found a merge key (<<), which YAML 1.2 does not have: write the keys out';
  return null;
}
