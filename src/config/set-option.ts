import { isScalar, parseDocument } from 'yaml';
import { setUnusable } from './errors.ts';
import { forbiddenKey } from './source/limits.ts';
import type { ConfigPlace, ConfigTree, Mapping, Scalar } from './tree.ts';
import { child, mapping, withEntry } from './tree.ts';

/**
 * `--set a.b.c=value`: one value over what the file and its overlay say. Numbers name entries of a
 * list. The value is read as one YAML scalar; an empty one removes the key.
 */
export function assign(tree: Mapping, assignment: string): Mapping {
  const split = assignment.indexOf('=');
  const path = assignment.slice(0, Math.max(split, 0)).trim();
  const keys = path.split('.');
  if (split < 1 || keys.some((key) => key === '' || forbiddenKey(key))) {
    throw setUnusable(assignment, 'expected key=value, such as canary.bake.duration=2m');
  }
  if (keys[0] === 'environments')
    throw setUnusable(path, 'overlays cannot be set: set the key itself');
  const place: ConfigPlace = { file: '--set', line: null, column: null, path };
  const value = scalarOf(assignment.slice(split + 1), place);
  return put(tree, keys, value) as Mapping;
}

function put(tree: ConfigTree | undefined, keys: readonly string[], value: Scalar): ConfigTree {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  if (tree?.kind === 'list') return putItem(tree, key, put(child(tree, key), rest, value));
  if (tree?.kind === 'scalar' && tree.value !== null) {
    throw setUnusable(
      value.place.path,
      `there is nothing below it: in the config ${tree.place.path} is a single value`,
    );
  }
  const section = tree?.kind === 'map' ? tree : mapping([], value.place);
  return withEntry(section, key, put(child(section, key), rest, value));
}

function putItem(
  list: Extract<ConfigTree, { kind: 'list' }>,
  key: string,
  value: ConfigTree,
): ConfigTree {
  const index = Number(key);
  if (!Number.isInteger(index) || index < 0 || index >= list.items.length) {
    throw setUnusable(
      value.place.path,
      `expected the number of an entry, 0 to ${list.items.length - 1}, found "${key}"`,
    );
  }
  return { ...list, items: list.items.with(index, value) };
}

function scalarOf(text: string, place: ConfigPlace): Scalar {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'error' });
  const node = document.contents;
  if (node === null) return { kind: 'scalar', value: null, text: '', place };
  const value = isScalar(node) ? node.value : undefined;
  if (
    document.errors.length > 0 ||
    !['string', 'number', 'boolean', 'object'].includes(typeof value)
  ) {
    throw setUnusable(place.path, 'expected one value; lists and sections belong in the file');
  }
  if (typeof value === 'number' && !Number.isFinite(value))
    throw setUnusable(place.path, 'expected a finite number');
  const source = isScalar(node) && typeof value !== 'string' ? node.source : undefined;
  return { kind: 'scalar', value: value as Scalar['value'], text: source ?? String(value), place };
}
