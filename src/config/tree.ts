import type { Json } from '../contract/index.ts';

/** Where something was written, so that an error can point at it. */
export interface Place {
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
  readonly place: Place;
  /** The text before its variables were replaced; what they stand for is not repeated in errors. */
  readonly template?: string;
  /** A variable in it is unknown for now, so its value proves nothing. */
  readonly open?: boolean;
}

interface List {
  readonly kind: 'list';
  readonly items: readonly Tree[];
  readonly place: Place;
}

export interface Entry {
  readonly key: Place;
  readonly value: Tree;
}

export interface Mapping {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
  readonly place: Place;
}

/** A config as written, with a place for every value. Overlays and flags are merged in this form. */
export type Tree = Scalar | List | Mapping;

export type Path = readonly PropertyKey[];

/** Keys whose values are text even when they look like numbers: `VERSION: 1.10` means 1.10. */
const TEXTUAL = new Set(['env', 'headers', 'command', 'run', 'undo', 'fromCommand']);

/** The plain value. Objects get their keys by definition, never by assignment. */
export function plain(tree: Tree, textual = false): Json {
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

const isScalar = (tree: Tree) => tree.kind === 'scalar';

export function child(tree: Tree | undefined, key: PropertyKey): Tree | undefined {
  if (tree?.kind === 'map') return tree.entries.get(String(key))?.value;
  if (tree?.kind === 'list') return tree.items[Number(key)];
  return undefined;
}

/** What stands at the path; undefined where nothing does. */
export function at(tree: Tree, path: Path): Tree | undefined {
  return path.reduce<Tree | undefined>(child, tree);
}

/** A shorthand is one value where others write a section: the value stands for all below it. */
export function reached(tree: Tree, path: Path): Path {
  const length = path.findIndex((_, index) => at(tree, path.slice(0, index))?.kind === 'scalar');
  return length < 0 ? path : path.slice(0, length);
}

/** The place of what stands at the path, or of the nearest thing around it. */
export function placeOf(tree: Tree, path: Path): Place {
  for (let length = path.length; length > 0; length--) {
    const found = at(tree, path.slice(0, length));
    if (found) return extend(found.place, path.slice(length));
  }
  return extend(tree.place, path);
}

/** The place of the key itself, where there is one: an unknown key is underlined, not its value. */
export function keyPlaceOf(tree: Tree, path: Path): Place {
  const parent = at(tree, path.slice(0, -1));
  const entry = parent?.kind === 'map' ? parent.entries.get(String(path.at(-1))) : undefined;
  return entry?.key ?? placeOf(tree, path);
}

export function extend(place: Place, keys: Path): Place {
  const path = keys.reduce<string>((before, key) => join(before, key), place.path);
  return { ...place, path };
}

function join(path: string, key: PropertyKey): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  if (/^$|^\s|\s$|[^\S ]/.test(String(key))) return `${path}[${JSON.stringify(String(key))}]`;
  return path === '' ? String(key) : `${path}.${String(key)}`;
}

export function mapping(entries: Iterable<readonly [string, Entry]>, place: Place): Mapping {
  return { kind: 'map', entries: new Map(entries), place };
}

export function scalar(value: Scalar['value'], place: Place): Scalar {
  return { kind: 'scalar', value, text: String(value), place };
}

/** Puts a value under a key of a mapping, or takes the key away. */
export function withEntry(tree: Mapping, key: string, value: Tree | undefined): Mapping {
  const entries = new Map(tree.entries);
  if (value === undefined) entries.delete(key);
  else entries.set(key, { key: entries.get(key)?.key ?? value.place, value });
  return { ...tree, entries };
}
