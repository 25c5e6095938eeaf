import type { ConfigTree } from './tree.ts';

/** Below these keys `null` is a value like any other: the JSON that a response is compared with. */
const FREE = new Set(['json']);

/**
 * Lays one config over another. The rules, for environments, for `defaults` below a strategy, and
 * for a bootstrap over the provider alike: sections merge key by key; lists and single values
 * replace; null removes.
 */
export function overlay(
  base: ConfigTree | undefined,
  over: ConfigTree | undefined,
): ConfigTree | undefined {
  if (over === undefined) return base;
  if (over.kind === 'scalar' && over.value === null) return undefined;
  if (base?.kind !== 'map' || over.kind !== 'map') return over;
  const entries = new Map(base.entries);
  for (const [key, { key: place, value }] of over.entries) {
    const merged = FREE.has(key) ? value : overlay(base.entries.get(key)?.value, value);
    if (merged) entries.set(key, { key: place, value: merged });
    else entries.delete(key);
  }
  return { ...over, entries };
}

/** A key without a value is a key not written. */
export function withoutNulls(tree: ConfigTree): ConfigTree {
  if (tree.kind === 'list') return { ...tree, items: tree.items.map(withoutNulls) };
  if (tree.kind === 'scalar') return tree;
  const kept = [...tree.entries]
    .filter(([key, { value }]) => FREE.has(key) || value.kind !== 'scalar' || value.value !== null)
    .map(([key, { key: place, value }]) => {
      return [key, { key: place, value: FREE.has(key) ? value : withoutNulls(value) }] as const;
    });
  return { ...tree, entries: new Map(kept) };
}
