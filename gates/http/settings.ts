import { z } from 'zod';
import { HEADERS, headers, METHODS, path, url } from '../../src/settings/http.ts';
import { expect } from '../kit/expect-setting.ts';

export const settings = z
  .preprocess(
    (value) => (typeof value === 'string' ? { path: value } : value),
    z.strictObject({
      path: path()
        .nullable()
        .default(null)
        .describe('Path at the address of the candidate; / by default.'),
      url: url()
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
  .meta({ also: { type: 'string', pattern: '^/' } })
  .describe(
    'Asks an HTTP address; passes when the answer is as expected. Short: `http: /healthz`.',
  );

export type HttpSettings = z.output<typeof settings>;
