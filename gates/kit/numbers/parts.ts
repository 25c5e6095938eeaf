/** What lies there in JSON of others; undefined where it has another shape. */
export function partOf(value: unknown, ...path: readonly (string | number)[]): unknown {
  let part = value;
  for (const key of path) {
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, key)) return undefined;
    part = Reflect.get(part, key);
  }
  return part;
}

/** The list that lies there; null where there is none. */
export function listOf(value: unknown, ...path: readonly (string | number)[]): unknown[] | null {
  const part = partOf(value, ...path);
  return Array.isArray(part) ? part : null;
}

const MESSAGES = ['message', 'Message', 'error', 'errors', 'reason', 'detail', 'title', '__type'];

/** Where an API says in JSON what is wrong. */
export function messageIn(value: unknown, depth = 0): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  if (typeof value !== 'object' || value === null || depth > 3) return null;
  const parts = Array.isArray(value)
    ? value.slice(0, 3)
    : MESSAGES.map((name) => partOf(value, name));
  for (const part of parts) {
    const message = messageIn(part, depth + 1);
    if (message !== null) return message;
  }
  return null;
}
