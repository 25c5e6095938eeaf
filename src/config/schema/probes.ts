import { z } from 'zod';
import type { Json } from '../../contract/index.ts';
import { command } from '../../settings/command.ts';
import {
  duration,
  form,
  REFERENCES,
  text,
  textOrReference,
  whole,
  words,
} from '../../settings/scalars.ts';

/** Any value: a config that was read holds nothing but JSON. */
export const json = z.unknown() as z.ZodType<Json>;

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

export const HEADERS = `Headers of the request. Secrets only as references: ${REFERENCES}.`;

export const path = () => form(/^\/[^\s]*$/, 'a path that begins with /');
const headerName = () => form(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'the name of a header');

/** Headers of a request; secret ones only as references. */
export const headers = () => z.record(headerName(), textOrReference('when a request is sent'));

const latency = z
  .preprocess(
    (value) => (typeof value === 'string' ? { max: value } : value),
    z.strictObject({
      max: duration({ min: 1 }).describe('Longest time the answer may take.'),
    }),
  )
  .meta({ also: { type: 'string' } });

const status = z
  .preprocess(asStatuses, z.array(whole(100, 599)).min(1).nullable())
  .meta({ also: { anyOf: [{ type: 'integer' }, { const: '2xx' }] } });

function asStatuses(value: unknown): unknown {
  if (value === '2xx') return null;
  return Array.isArray(value) || value === null || value === undefined ? value : [value];
}

/** Assertions on one answer. Text is compared whole; `~text` means contains, `/text/` is a pattern. */
export const expect = z
  .strictObject({
    status: status
      .default(null)
      .describe('Accepted status codes: 200, [200, 204] or 2xx (the default).'),
    headers: z
      .record(headerName(), words())
      .default({})
      .describe('Headers the answer must have: equal, ~contains or /pattern/.'),
    body: z
      .string()
      .nullable()
      .default(null)
      .describe('Body of the answer: equal, ~contains or /pattern/.'),
    json: z
      .record(text(), json)
      .default({})
      .describe('JSON values by path (JMESPath): equal, ~contains, /pattern/, or {min, max}.'),
    latency: latency
      .transform(({ max }) => max)
      .nullable()
      .default(null)
      .describe('Longest time this one answer may take.'),
  })
  .prefault({});

export const http = z
  .preprocess(
    (value) => (typeof value === 'string' ? { path: value } : value),
    z.strictObject({
      path: path()
        .nullable()
        .default(null)
        .describe('Path at the address of the candidate; / by default.'),
      url: form(/^https?:\/\/[^\s]+$/, 'a URL that begins with http:// or https://')
        .nullable()
        .default(null)
        .describe('A whole URL instead of a path: asked wherever it points.'),
      method: z.enum(METHODS).default('GET').describe('HTTP method.'),
      headers: headers().default({}).describe(HEADERS),
      body: z.string().nullable().default(null).describe('Body of the request.'),
      expect: expect.describe('What the answer must be like.'),
    }),
  )
  .refine(({ path, url }) => path === null || url === null, { error: 'path or url, not both' })
  .transform((http) => ({ ...http, path: http.path ?? (http.url === null ? '/' : null) }))
  .meta({ also: { type: 'string', pattern: '^/' } });

export const tcp = z.strictObject({
  port: whole(1, 65_535)
    .nullable()
    .default(null)
    .describe('Port; by default that of the candidate.'),
  host: text().nullable().default(null).describe('Host; by default that of the candidate.'),
});

export const commandSource = z
  .preprocess(
    (value) => (Array.isArray(value) || typeof value === 'string' ? { run: value } : value),
    z.strictObject({
      run: command().describe(
        'The program and its arguments; exit code 0 passes. It gets the address of the candidate in its environment.',
      ),
      timeout: duration({ min: 1 })
        .optional()
        .describe('After this it is ended and counts as an error; 10s by default.'),
    }),
  )
  .meta({ also: { type: ['string', 'array'] } });

export const health = z.strictObject({});
