import { configInvalid } from '../errors.ts';
import type { Problem } from '../problem.ts';
import type { ConfigPlace, ConfigTree, Entry } from '../tree.ts';
import { extend, mapping, scalar } from '../tree.ts';
import { forbiddenKey, MOST_DEPTH, MOST_VALUES } from './limits.ts';

/** What a config module exports, as a tree: a copy, so that nothing of the module lives on in it. */
export function valueTreeOf(value: unknown, file: string): ConfigTree {
  const problems: Problem[] = [];
  let values = 0;
  const refuse = (place: ConfigPlace, text: string) => {
    problems.push({ place, text });
    return scalar(null, place);
  };
  const copy = (from: unknown, place: ConfigPlace, depth: number): ConfigTree => {
    if (depth > MOST_DEPTH) return refuse(place, `nested more than ${MOST_DEPTH} levels deep`);
    if (++values > MOST_VALUES) return refuse(place, 'too many values for a config');
    if (Array.isArray(from)) {
      const items = from.map((item, index) => copy(item, extend(place, [index]), depth + 1));
      return { kind: 'list', items, place };
    }
    if (isPlainObject(from)) return copyObject(from, place, depth);
    if (from === null || from === undefined) return scalar(null, place);
    if (typeof from === 'string' || typeof from === 'boolean' || Number.isFinite(from)) {
      return scalar(from as string | boolean | number, place);
    }
    return refuse(place, `found ${kindOf(from)}, expected plain data`);
  };
  const copyObject = (from: object, place: ConfigPlace, depth: number): ConfigTree => {
    const entries = new Map<string, Entry>();
    for (const [name, inner] of Object.entries(from)) {
      const key = extend(place, [name]);
      const refusal = forbiddenKey(name);
      if (refusal) refuse(key, refusal);
      else if (inner !== undefined) entries.set(name, { key, value: copy(inner, key, depth + 1) });
    }
    return mapping(entries, place);
  };
  const tree = copy(value, { file, line: null, column: null, path: '' }, 0);
  if (problems.length > 0) throw configInvalid(file, problems.slice(0, 50));
  return tree;
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function kindOf(value: unknown): string {
  if (typeof value === 'number') return String(value);
  return typeof value === 'object' ? 'an object of a class' : `a ${typeof value}`;
}
