import type { Json, JsonObject } from '../../../../src/contract/index.ts';

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Data, not schema: what is below stays as it is. */
const VERBATIM = ['enum', 'required', 'const', 'default'];
/** Words of OpenAPI that JSON Schema does not have. */
const DROPPED = ['nullable', 'discriminator', 'xml', 'externalDocs', 'deprecated'];

/**
 * What OpenAPI 3.0 writes, as the JSON Schema it means. The document's own slips are mended on the
 * way: values twice in an enum, unions of nothing, `nullable` without a type. Its unions overlap, so
 * `oneOf` is read as `anyOf`: one alternative must fit, more may.
 */
export function jsonSchema(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(jsonSchema);
  if (!isObject(schema)) return schema;
  const entries = Object.entries(schema).filter(([key]) => !DROPPED.includes(key));
  const plain = Object.fromEntries(entries.map(([key, value]) => [key, part(key, value)]));
  const united = uniteAlternatives(plain);
  const nullable = schema.nullable === true;
  return nullable ? orNull(withEnum(united, true)) : withEnum(united, false);
}

function part(key: string, value: Json): Json {
  if (VERBATIM.includes(key)) return value;
  if (key === 'properties' && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, own]) => [name, jsonSchema(own)]));
  }
  if (key === '$ref') return String(value).replace('#/components/schemas/', 'document#/schemas/');
  return jsonSchema(value);
}

function uniteAlternatives({ oneOf, anyOf, ...rest }: JsonObject): JsonObject {
  const all = [anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? list : []));
  return all.length > 0 ? { ...rest, anyOf: all } : rest;
}

function withEnum(schema: JsonObject, nullable: boolean): JsonObject {
  if (!Array.isArray(schema.enum)) return schema;
  return { ...schema, enum: [...new Set([...schema.enum, ...(nullable ? [null] : [])])] };
}

function orNull(schema: JsonObject): JsonObject {
  if (typeof schema.type === 'string') return { ...schema, type: [schema.type, 'null'] };
  return { anyOf: [schema, { type: 'null' }] };
}
