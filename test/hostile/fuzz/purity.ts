const BUILT_IN: readonly object[] = [
  Object.prototype,
  Array.prototype,
  Function.prototype,
  String.prototype,
  Number.prototype,
  RegExp.prototype,
  Map.prototype,
  Set.prototype,
  Promise.prototype,
  Error.prototype,
  Object,
  Array,
  JSON,
];

const shapeOf = (object: object) => Reflect.ownKeys(object).length;
const CLEAN = BUILT_IN.map(shapeOf);

/** What was added to the objects that all others inherit from. */
export function pollution(): string[] {
  return BUILT_IN.flatMap((object, index) => {
    if (shapeOf(object) === CLEAN[index]) return [];
    return [`pollution: of ${String(object)}: ${Reflect.ownKeys(object).map(String).at(-1)}`];
  });
}

const FORBIDDEN = ['__proto__', 'constructor', 'prototype'];

/** Where a value is anything else than plain data. */
export function unlikeData(value: unknown, path = '', depth = 0): string[] {
  if (depth > 100) return [`${path} is too deep`];
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [`${path} is ${value}`];
  if (value === null || ['string', 'boolean'].includes(typeof value)) return [];
  if (typeof value !== 'object') return [`${path} is a ${typeof value}`];
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== (Array.isArray(value) ? Array.prototype : Object.prototype))
    return [`${path} is an object of a class`];
  return Object.entries(value).flatMap(([key, inner]) =>
    FORBIDDEN.includes(key)
      ? [`${path} has the key ${key}`]
      : unlikeData(inner, `${path}.${key}`, depth + 1),
  );
}
