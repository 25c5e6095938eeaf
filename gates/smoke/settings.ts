import { z } from 'zod';
import { HEADERS, headers, json, METHODS, path } from '../../src/settings/http.ts';
import { duration, form, text, whole } from '../../src/settings/scalars.ts';
import { expect } from '../kit/expect-setting.ts';

const request = z.strictObject({
  method: z.enum(METHODS).default('GET').describe('HTTP method.'),
  path: path()
    .default('/')
    .describe(`Path at the address of the candidate. Captured values stand in it as \${name}.`),
  headers: headers().default({}).describe(HEADERS),
  json: json.optional().describe('Body as JSON; sets content-type.'),
  body: z.string().optional().describe('Body as text.'),
  timeout: duration({ min: 1 }).prefault('5s').describe('For this request alone.'),
});

const smokeRequest = z
  .strictObject({
    name: text()
      .optional()
      .describe('Shown in the plan and in the report; by default method and path.'),
    request: request.prefault({}).describe('What is sent.'),
    expect: expect.describe('What must come back.'),
    attempts: whole(1, 100)
      .default(1)
      .describe(
        'How often it is tried until the answer is as expected; a flaky answer is a finding, so once by default.',
      ),
    every: duration().prefault('1s').describe('Time between two attempts.'),
    capture: z
      .record(form(/^[A-Za-z_]\w*$/, 'a name of letters, digits and _'), text())
      .default({})
      .describe(`Values of the answer (JMESPath) that later requests name as \${name}.`),
  })
  .refine(({ request }) => request.json === undefined || request.body === undefined, {
    error: 'json or body in a request, not both',
  })
  .transform(({ name, request, ...more }) => {
    const { json, body, ...rest } = request;
    const typed: Record<string, string> =
      json === undefined ? {} : { 'content-type': 'application/json' };
    return {
      name: name ?? `${request.method} ${request.path}`,
      ...rest,
      headers: { ...typed, ...request.headers },
      body: json === undefined ? (body ?? null) : JSON.stringify(json),
      ...more,
    };
  });

const versionFrom = z
  .strictObject({
    header: text().optional().describe('Header of the answer that names the version.'),
    json: text().optional().describe('JSON path (JMESPath) of the answer that names the version.'),
  })
  .refine(({ header, json }) => (header === undefined) !== (json === undefined), {
    error: 'either header or json',
  })
  .transform(({ header, json }) => (header === undefined ? { json: json as string } : { header }));

export const settings = z
  .strictObject({
    requests: z
      .array(smokeRequest)
      .min(1)
      .describe('Sent one after the other; the first that fails ends the gate.'),
    versionFrom: versionFrom
      .nullable()
      .default(null)
      .describe(
        'Where an answer says which version gave it; another version makes the reading inconclusive.',
      ),
  })
  .describe('A sequence of requests with assertions and captured values.');

export type SmokeSettings = z.output<typeof settings>;
export type SmokeRequest = SmokeSettings['requests'][number];
export type VersionFrom = NonNullable<SmokeSettings['versionFrom']>;
