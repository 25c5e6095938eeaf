import { createRequire } from 'node:module';
import type { Ajv, ValidateFunction } from 'ajv';
import type { Json, JsonObject } from '../../src/contract/index.ts';

/** Whose time grows with a text in ways that nobody bounds here. */
const ENDLESS = ['pattern', 'patternProperties'];

/** Why this is no JSON Schema that can be held against an answer; null where it is one. */
export function schemaProblem(schema: JsonObject): string | null {
  const endless = keysIn(schema).find((key) => ENDLESS.includes(key));
  if (endless !== undefined)
    return `without ${endless}: a pattern stands in expect.json, as /pattern/, where it is bounded`;
  try {
    readSchema(schema);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The first place that does not fit, in words; null where all fits. */
export function misfitIn(schema: JsonObject, document: Json): string | null {
  const fits = readSchema(schema);
  if (fits(document)) return null;
  const [error] = fits.errors ?? [];
  const place = error?.instancePath.slice(1).replaceAll('/', '.') || 'the whole';
  return `${place}: ${error?.message ?? 'does not fit'}`;
}

/** Words that we do not know are mistakes; formats say something to people only. */
const OPTIONS = {
  strict: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  validateFormats: false,
  logger: false,
} as const;

/** Loaded by the first schema there is. */
function readSchema(schema: JsonObject): ValidateFunction {
  const load = createRequire(import.meta.url);
  const isOlder = /draft-0[67]/.test(String(schema.$schema));
  const { default: Validator } = load(isOlder ? 'ajv' : 'ajv/dist/2020.js') as {
    default: new (options: typeof OPTIONS) => Ajv;
  };
  return new Validator(OPTIONS).compile(schema);
}

/** Names under `properties` are the document's, not words of the schema. */
function keysIn(value: unknown, isNames = false): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(isNames || Array.isArray(value) ? [] : [key]),
    ...(!isNames && ['enum', 'const', 'default', 'examples'].includes(key)
      ? []
      : keysIn(inner, !isNames && ['properties', '$defs', 'definitions'].includes(key))),
  ]);
}
