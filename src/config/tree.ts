import type { Json } from '../contract/index.ts';

/** Where something was written, so that an error can point at it. */
export interface ConfigPlace {
  /** As a person would name it: `deploy.config.yaml`, `--set`. */
  readonly file: string;
  /** Null where nobody counts lines: a config module, a flag. */
  readonly line: number | null;
  readonly column: number | null;
  /** The keys as written there, which for an overlay is not where the value ends up. */
  readonly path: string;
}

export interface Scalar {
  readonly kind: 'scalar';
  readonly value: null | boolean | number | string;
  /** As written: `1.10` stays `1.10` although its value is 1.1. */
  readonly text: string;
  readonly place: ConfigPlace;
  /** The text before its variables were replaced; what they stand for is not repeated in errors. */
  readonly template?: string;
  /** A variable in it is unknown for now, so its value proves nothing. */
  readonly open?: boolean;
}

interface TreeList {
  readonly kind: 'list';
  readonly items: readonly ConfigTree[];
  readonly place: ConfigPlace;
}

export interface Entry {
  readonly key: ConfigPlace;
  readonly value: ConfigTree;
}

export interface Mapping {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
  readonly place: ConfigPlace;
}

/** A config as written, with a place for every value. Overlays and flags are merged in this form. */
export type ConfigTree = Scalar | TreeList | Mapping;

export type Path = readonly PropertyKey[];

/** Keys whose values are text even when they look like numbers: `VERSION: 1.10` means 1.10. */
const TEXTUAL = new Set(['env', 'headers', 'command', 'run', 'undo', 'fromCommand']);

/** The plain value. Objects get their keys by definition, never by assignment. */
export function plain(tree: ConfigTree, textual = false): Json {
  if (tree.kind === 'list') return tree.items.map((item) => plain(item, textual));
  if (tree.kind === 'map') {
    const pairs = [...tree.entries].map(([key, { value }]) => [
      key,
      plain(value, TEXTUAL.has(key) || (textual && isScalar(value))),
    ]);
    return Object.fromEntries(pairs);
  }
  return textual && tree.value !== null ? tree.text : tree.value;
}

const isScalar = (tree: ConfigTree) => tree.kind === 'scalar';

export function child(tree: ConfigTree | undefined, key: PropertyKey): ConfigTree | undefined {
  if (tree?.kind === 'map') return tree.entries.get(String(key))?.value;
  if (tree?.kind === 'list') return tree.items[Number(key)];
  return undefined;
}

/** What stands at the path; undefined where nothing does. */
export function at(tree: ConfigTree, path: Path): ConfigTree | undefined {
  return path.reduce<ConfigTree | undefined>(child, tree);
}

/** A shorthand is one value where others write a section: the value stands for all below it. */
export function reached(tree: ConfigTree, path: Path): Path {
  const length = path.findIndex((_, index) => at(tree, path.slice(0, index))?.kind === 'scalar');
  return length < 0 ? path : path.slice(0, length);
}

/** The place of what stands at the path, or of the nearest thing around it. */
export function treePlaceOf(tree: ConfigTree, path: Path): ConfigPlace {
  for (let length = path.length; length > 0; length--) {
    const found = at(tree, path.slice(0, length));
    if (found) return extend(found.place, path.slice(length));
  }
  return extend(tree.place, path);
}

/** The place of the key itself, where there is one: an unknown key is underlined, not its value. */
export function keyPlaceOf(tree: ConfigTree, path: Path): ConfigPlace {
  const parent = at(tree, path.slice(0, -1));
  const entry = parent?.kind === 'map' ? parent.entries.get(String(path.at(-1))) : undefined;
  return entry?.key ?? treePlaceOf(tree, path);
}

export function extend(place: ConfigPlace, keys: Path): ConfigPlace {
  const path = keys.reduce<string>((before, key) => joinTree(before, key), place.path);
  return { ...place, path };
}

function joinTree(path: string, key: PropertyKey): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  if (/^$|^\s|\s$|[^\S ]/.test(String(key))) return `${path}[${JSON.stringify(String(key))}]`;
  return path === '' ? String(key) : `${path}.${String(key)}`;
}

export function mapping(entries: Iterable<readonly [string, Entry]>, place: ConfigPlace): Mapping {
  return { kind: 'map', entries: new Map(entries), place };
}

export function scalar(value: Scalar['value'], place: ConfigPlace): Scalar {
  return { kind: 'scalar', value, text: String(value), place };
}

/** Puts a value under a key of a mapping, or takes the key away. */
export function withEntry(tree: Mapping, key: string, value: ConfigTree | undefined): Mapping {
  const entries = new Map(tree.entries);
  if (value === undefined) entries.delete(key);
  else entries.set(key, { key: entries.get(key)?.key ?? value.place, value });
  return { ...tree, entries };
}
