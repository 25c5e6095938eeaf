/** A copy of plain data with every text in it redacted, but for what has one of these names; names stay. */
export function redacted<T>(
  value: T,
  redact: (text: string) => string,
  but: readonly string[] = [],
): T {
  if (typeof value === 'string') return redact(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((part) => redacted(part, redact, but)) as T;
  const parts = Object.entries(value).map(([name, part]) => [
    name,
    but.includes(name) ? part : redacted(part, redact, but),
  ]);
  return Object.fromEntries(parts) as T;
}
