/** The document with one part of it, anywhere, being something else. */
export function mutationsOf(document: unknown): unknown[] {
  const instead = [null, [], 'x', -1];
  const found: unknown[] = [];
  const walk = (part: unknown, put: (other: unknown) => unknown): void => {
    for (const other of instead) found.push(put(other));
    if (Array.isArray(part)) {
      part.forEach((item, index) => {
        walk(item, (other) => put(part.with(index, other)));
      });
    } else if (typeof part === 'object' && part !== null) {
      for (const [key, item] of Object.entries(part)) {
        walk(item, (other) => put({ ...part, [key]: other }));
        const { [key]: _gone, ...rest } = part as Record<string, unknown>;
        found.push(put(rest));
      }
    }
  };
  walk(document, (other) => other);
  return found;
}
