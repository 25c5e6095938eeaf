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
  return Array.isArray(value)
    ? sortedList(value)
    : sortedObject(value as Readonly<Record<string, unknown>>);
}

function sortedList(list: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | null = null;
  for (let at = 0; at < list.length; at++) {
    const member = canonicalSorted(list[at]);
    if (member === list[at]) continue;
    copy ??= [...list];
    copy[at] = member;
  }
  return copy ?? list;
}

function sortedObject(object: Readonly<Record<string, unknown>>): unknown {
  const keys = Object.keys(object);
  let copy: Record<string, unknown> | null = null;
  if (!areSorted(keys)) {
    copy = {};
    keys.sort();
  }
  for (const [at, key] of keys.entries()) {
    const value = object[key];
    const member = canonicalSorted(value);
    if (!copy && member === value) continue;
    copy ??= Object.fromEntries(keys.slice(0, at).map((former) => [former, object[former]]));
    put(copy, key, member);
  }
  return copy ?? object;
}

function areSorted(keys: readonly string[]): boolean {
  let former = '';
  for (const key of keys) {
    if (key < former) return false;
    former = key;
  }
  return true;
}

function put(copy: Record<string, unknown>, key: string, member: unknown): void {
  // An assignment would set the prototype.
  if (key === '__proto__') Object.defineProperty(copy, key, { value: member, enumerable: true });
  else if (member !== undefined) copy[key] = member;
}

export function sha256(text: string): string {
  return hash('sha256', text);
}

export function hashOf(value: unknown): string {
  return sha256(canonicalJson(value));
}
