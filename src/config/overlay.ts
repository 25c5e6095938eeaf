import type { ConfigTree } from './tree.ts';

/**
 * Where `null` is a value like any other: in the JSON that is sent, or that an answer is compared
 * with. The gate source of that name is no such place, whatever its gate is called.
 */
const isFreeKey = (key: string, above: string) =>
  key === 'json' && /\.(expect|request)$/.test(above) && !/\.gates\.[^.]+$/.test(above);

/**
 * Lays one config over another. The rules, for environments, for `defaults` below a strategy, and
 * for a bootstrap over the provider alike: sections merge key by key; lists and single values
 * replace; null removes.
 */
export function overlay(
  base: ConfigTree | undefined,
  over: ConfigTree | undefined,
  above = '',
): ConfigTree | undefined {
  if (over === undefined) return base;
  if (over.kind === 'scalar' && over.value === null) return undefined;
  if (base?.kind !== 'map' || over.kind !== 'map') return over;
  const entries = new Map(base.entries);
  for (const [key, { key: place, value }] of over.entries) {
    const merged = isFreeKey(key, above)
      ? value
      : overlay(base.entries.get(key)?.value, value, `${above}.${key}`);
    if (merged) entries.set(key, { key: place, value: merged });
    else entries.delete(key);
  }
  return { ...over, entries };
}

/** A key without a value is a key not written. */
export function withoutNulls(tree: ConfigTree, above = ''): ConfigTree {
  if (tree.kind === 'list')
    return { ...tree, items: tree.items.map((item) => withoutNulls(item, above)) };
  if (tree.kind === 'scalar') return tree;
  const kept = [...tree.entries]
    .filter(
      ([key, { value }]) =>
        isFreeKey(key, above) || value.kind !== 'scalar' || value.value !== null,
    )
    .map(([key, { key: place, value }]) => {
      const kept = isFreeKey(key, above) ? value : withoutNulls(value, `${above}.${key}`);
      return [key, { key: place, value: kept }] as const;
    });
  return { ...tree, entries: new Map(kept) };
}
