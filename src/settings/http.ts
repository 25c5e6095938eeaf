import { z } from 'zod';
import type { Json, JsonObject } from '../contract/index.ts';
import {
  duration,
  form,
  REFERENCES,
  scalarsWords,
  text,
  textOrReference,
  whole,
} from './scalars.ts';

/** Words for requests over HTTP and what their answers must be like. */

/** Any value: a config that was read holds nothing but JSON. */
export const json = z.unknown() as z.ZodType<Json>;

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

export const HEADERS = `Headers of the request. Secrets only as references: ${REFERENCES}.`;

export const path = () => form(/^\/[^\s]*$/, 'a path that begins with /');
export const url = () => form(/^https?:\/\/[^\s]+$/, 'a URL that begins with http:// or https://');
const headerName = () => form(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'the name of a header');

/** Headers of a request; secret ones only as references. */
export const headers = () => z.record(headerName(), textOrReference('when a request is sent'));

const latency = z
  .preprocess(
    (value) => (typeof value === 'string' ? { max: value } : value),
    z.strictObject({
      max: duration({ min: 1 }).describe('Time limit for the answer.'),
    }),
  )
  .meta({ also: { type: 'string' } });

const httpStatus = z
  .preprocess(asStatuses, z.array(whole(100, 599)).min(1).nullable())
  .meta({ also: { anyOf: [{ type: 'integer' }, { const: '2xx' }] } });

function asStatuses(value: unknown): unknown {
  if (value === '2xx') return null;
  return Array.isArray(value) || value === null || value === undefined ? value : [value];
}

const PATTERN = /^\/(.+)\/([ims]*)$/s;

/** The regular expression that a text between slashes stands for; null for any other text. */
export function patternOf(text: string): { pattern: string; flags: string } | null {
  const [, pattern, flags = ''] = PATTERN.exec(text) ?? [];
  return pattern === undefined ? null : { pattern, flags };
}

/** What is no expression is no pattern either, and is told when the config is checked. */
function httpIsSound(text: unknown): boolean {
  const wanted = typeof text === 'string' ? patternOf(text) : null;
  try {
    return wanted === null || new RegExp(wanted.pattern, wanted.flags) !== null;
  } catch {
    return false;
  }
}

const UNSOUND = 'a regular expression of JavaScript between slashes';

/** Assertions on one answer. Text is compared whole; `~text` means contains, `/text/` is a pattern. */
export const expect = z
  .strictObject({
    status: httpStatus
      .default(null)
      .describe('Accepted status codes: 200, [200, 204] or 2xx (the default).'),
    headers: z
      .record(headerName(), scalarsWords().refine(httpIsSound, UNSOUND))
      .default({})
      .describe('Headers the answer must have: equal, ~contains or /pattern/.'),
    body: z
      .string()
      .refine(httpIsSound, UNSOUND)
      .nullable()
      .default(null)
      .describe('Body of the answer: equal, ~contains or /pattern/.'),
    json: z
      .record(text(), json.refine(httpIsSound, UNSOUND))
      .default({})
      .describe('JSON values by path (JMESPath): equal, ~contains, /pattern/, or {min, max}.'),
    schema: z
      .record(z.string(), json)
      .transform((schema) => schema as JsonObject)
      .nullable()
      .default(null)
      .describe('JSON Schema that the body must match, written here.'),
    latency: latency
      .transform(({ max }) => max)
      .nullable()
      .default(null)
      .describe('Time limit for this one answer.'),
  })
  .prefault({});

/** Null and empty expect nothing, but the status is at least 2xx. */
export type Expectation = z.output<typeof expect>;
