import { hash } from 'node:crypto';

/** JSON with sorted keys and no undefined: the same value always gives the same bytes. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

/** A copy that `JSON.stringify` needs no replacer for, which would take three times as long. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const copy: Record<string, unknown> = {};
  for (const key of sortedKeys(value)) {
    const member = sorted((value as Readonly<Record<string, unknown>>)[key]);
    if (key === '__proto__') define(copy, key, member);
    else if (member !== undefined) copy[key] = member;
  }
  return copy;
}

/** What was read from canonical JSON is sorted already, and most of what is hashed was. */
function sortedKeys(value: object): string[] {
  const keys = Object.keys(value);
  return keys.every((key, index) => index === 0 || (keys[index - 1] as string) < key)
    ? keys
    : keys.sort();
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
