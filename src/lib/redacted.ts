/** A copy of plain data with every text in it redacted, but for what has one of these names; names stay. */
export function redacted<T>(
  value: T,
  redact: (text: string) => string,
  but: readonly string[] = [],
): T {
  if (typeof value === 'string') return redact(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((part) => redacted(part, redact, but)) as T;
  const copy: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) {
    const shown = but.includes(name) ? part : redacted(part, redact, but);
    // An assignment would set the prototype.
    if (name === '__proto__') Object.defineProperty(copy, name, { ...OWN, value: shown });
    else copy[name] = shown;
  }
  return copy as T;
}

const OWN = { enumerable: true, configurable: true, writable: true };
