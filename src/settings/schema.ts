import { z } from 'zod';
import type { JsonObject, JsonSchema, SettingsSchema, StandardSchema } from '../contract/index.ts';
import { COMMON } from './strategy.ts';

/** The schema of an extension as part of ours. Throws for what is none. */
export function schemaSettingsOf(given: SettingsSchema | undefined): z.ZodType {
  if (given === undefined) return z.strictObject({});
  if (isZod(given)) return given;
  if (!isStandard(given)) return readingText(given, objectOf(given));
  return z.unknown().transform((value, context) => checked(given, value, context));
}

/** The same, with the options that every strategy has; a schema that transforms must hold them itself. */
export function strategySettingsOf(given: SettingsSchema | undefined): z.ZodType {
  if (given === undefined) return z.strictObject(COMMON);
  if (isZod(given)) return withCommon(given);
  if (!isStandard(given)) return readingText(given, withCommon(objectOf(given)));
  throw new Error('the settings of a strategy are described with zod or as JSON Schema');
}

function withCommon(schema: z.ZodType): z.ZodType {
  if (!(schema instanceof Object && 'safeExtend' in schema)) return schema;
  const { shape } = schema as z.ZodObject;
  const missing = Object.entries(COMMON).filter(([key]) => !(key in shape));
  const { description } = schema;
  const whole = (schema as z.ZodObject).safeExtend(Object.fromEntries(missing));
  return description === undefined ? whole : whole.describe(description);
}

/** By its form, not by class: a plug-in may bring a zod of its own. */
const isZod = (schema: SettingsSchema): schema is z.ZodType & StandardSchema =>
  Object.hasOwn(Object(schema), '_zod');
const isStandard = (schema: SettingsSchema): schema is StandardSchema =>
  (Object(schema) as Partial<StandardSchema>)['~standard'] !== undefined;

function objectOf(schema: JsonSchema): z.ZodObject {
  if (schema.type !== 'object' || typeof schema.properties !== 'object' || !schema.properties)
    throw new Error('its settings are described neither as a Standard Schema nor as JSON Schema');
  const closed = { additionalProperties: false, ...schema } as unknown as JsonObject;
  return z.fromJSONSchema(closed as Parameters<typeof z.fromJSONSchema>[0]) as z.ZodObject;
}

/** Variables are replaced in text, so that a number or a flag may have been written as one. */
function readingText({ properties }: JsonSchema, schema: z.ZodType): z.ZodType {
  const read = (value: unknown, key: string) => {
    const type = properties[key]?.type;
    if (typeof value !== 'string') return value;
    if ((type === 'number' || type === 'integer') && /^-?\d+(\.\d+)?$/.test(value))
      return Number(value);
    return type === 'boolean' && /^(true|false)$/.test(value) ? value === 'true' : value;
  };
  const readAll = (value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, read(each, key)]))
      : value;
  return z.preprocess(readAll, schema).describe(schema.description ?? '');
}

function checked(schema: StandardSchema, value: unknown, context: z.core.$RefinementCtx): unknown {
  const result = schema['~standard'].validate(value);
  if (result instanceof Promise) throw new Error('its settings are checked only later');
  for (const { message, path = [] } of result.issues ?? []) {
    const keys = path.map((part) => (typeof part === 'object' ? part.key : part));
    context.addIssue({ code: 'custom', path: keys, message });
  }
  return 'value' in result ? result.value : z.NEVER;
}
