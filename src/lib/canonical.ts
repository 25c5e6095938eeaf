import { hash } from 'node:crypto';

/** JSON with sorted keys and no undefined: the same value always gives the same bytes. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(canonicalSorted(value));
}

/**
 * The value itself where its keys are in order, as what was read from canonical JSON is; else a copy.
 * `JSON.stringify` with a replacer would take three times as long.
 */
function canonicalSorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.every(isSorted) ? value : value.map(canonicalSorted);
  if (isSorted(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) {
    const member = canonicalSorted((value as Readonly<Record<string, unknown>>)[key]);
    if (key === '__proto__') define(copy, key, member);
    else if (member !== undefined) copy[key] = member;
  }
  return copy;
}

/** All the way down. */
function isSorted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isSorted);
  let former = '';
  for (const key of Object.keys(value)) {
    if (key < former || !isSorted((value as Readonly<Record<string, unknown>>)[key])) return false;
    former = key;
  }
  return true;
}

/** An assignment would set the prototype. */
function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true });
}

export function sha256(text: string): string {
  return hash('sha256', text);
}

export function hashOf(value: unknown): string {
  return sha256(canonicalJson(value));
}
