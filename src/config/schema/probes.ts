import { z } from 'zod';
import type { Json } from '../../contract/index.ts';
import { command } from './command.ts';
import { duration, form, text, whole, words } from './scalars.ts';

/** Any value: a config that was read holds nothing but JSON. */
export const json = z.unknown() as z.ZodType<Json>;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

export const path = () => form(/^\/[^\s]*$/, 'a path that begins with /');
export const headers = () => z.record(form(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'the name of a header'), words());

const latency = z
  .preprocess((value) => (typeof value === 'string' ? { max: value } : value), z.strictObject({
    max: duration({ min: 1 }).describe('Longest time the answer may take.'),
  }))
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
    status: status.default(null).describe('Accepted status codes: 200, [200, 204] or 2xx (the default).'),
    headers: headers().default({}).describe('Headers the answer must have: equal, ~contains or /pattern/.'),
    body: z.string().nullable().default(null).describe('Body of the answer: equal, ~contains or /pattern/.'),
    json: z.record(text(), json).default({}).describe('JSON values by path (JMESPath): equal, ~contains, /pattern/, or {min, max}.'),
    latency: latency.transform(({ max }) => max).nullable().default(null).describe('Longest time this one answer may take.'),
  })
  .prefault({});

export const http = z
  .preprocess((value) => (typeof value === 'string' ? { path: value } : value), z.strictObject({
    path: path().nullable().default(null).describe('Path at the address of the candidate; / by default.'),
    url: form(/^https?:\/\/[^\s]+$/, 'a URL that begins with http:// or https://').nullable().default(null).describe('A whole URL instead of a path: asked wherever it points.'),
    method: z.enum(METHODS).default('GET').describe('HTTP method.'),
    headers: headers().default({}).describe('Headers of the request.'),
    body: z.string().nullable().default(null).describe('Body of the request.'),
    expect: expect.describe('What the answer must be like.'),
  }))
  .refine(({ path, url }) => path === null || url === null, { error: 'path or url, not both' })
  .transform((http) => ({ ...http, path: http.path ?? (http.url === null ? '/' : null) }))
  .meta({ also: { type: 'string', pattern: '^/' } });

export const tcp = z.strictObject({
  port: whole(1, 65_535).nullable().default(null).describe('Port; by default that of the candidate.'),
  host: text().nullable().default(null).describe('Host; by default that of the candidate.'),
});

export const commandSource = z
  .preprocess((value) => (Array.isArray(value) || typeof value === 'string' ? { run: value } : value), z.strictObject({
    run: command().describe('The program and its arguments; exit code 0 passes. It gets the address of the candidate in its environment.'),
    timeout: duration({ min: 1 }).optional().describe('After this it is ended and counts as an error; 10s by default.'),
  }))
  .meta({ also: { type: ['string', 'array'] } });

export const health = z.strictObject({});

const request = z.strictObject({
  method: z.enum(METHODS).default('GET').describe('HTTP method.'),
  path: path().default('/').describe('Path at the address of the candidate. Captured values stand in it as ${name}.'),
  headers: headers().default({}).describe('Headers of the request.'),
  json: json.optional().describe('Body as JSON; sets content-type.'),
  body: z.string().optional().describe('Body as text.'),
  timeout: duration({ min: 1 }).prefault('5s').describe('For this request alone.'),
});

const smokeRequest = z
  .strictObject({
    name: text().optional().describe('Shown in the plan and in the report; by default method and path.'),
    request: request.prefault({}).describe('What is sent.'),
    expect: expect.describe('What must come back.'),
    capture: z.record(form(/^[A-Za-z_]\w*$/, 'a name of letters, digits and _'), text()).default({}).describe('Values of the answer (JMESPath) that later requests name as ${name}.'),
  })
  .refine(({ request }) => request.json === undefined || request.body === undefined, { error: 'json or body in a request, not both' })
  .transform(({ name, request, expect, capture }) => {
    const { json, body, ...rest } = request;
    const typed = json === undefined ? {} : { 'content-type': 'application/json' };
    return {
      name: name ?? `${request.method} ${request.path}`,
      ...rest,
      headers: { ...typed, ...request.headers },
      body: json === undefined ? (body ?? null) : JSON.stringify(json),
      expect,
      capture,
    };
  });

const versionFrom = z
  .strictObject({
    header: text().optional().describe('Header of the answer that names the version.'),
    json: text().optional().describe('JSON path (JMESPath) of the answer that names the version.'),
  })
  .refine(({ header, json }) => (header === undefined) !== (json === undefined), { error: 'either header or json' })
  .transform(({ header, json }) => (header === undefined ? { json: json as string } : { header }));

export const smoke = z.strictObject({
  requests: z.array(smokeRequest).min(1).describe('Sent one after the other; the first that fails ends the gate.'),
  versionFrom: versionFrom.nullable().default(null).describe('Where an answer says which version gave it; another version makes the reading inconclusive.'),
});

export const load = z.strictObject({
  rate: whole(1, 1000).describe('Requests per second, sent when they are due whatever the answers.'),
  path: path().default('/').describe('Path that is asked.'),
  method: z.enum(['GET', 'HEAD']).default('GET').describe('GET or HEAD: the load must change nothing.'),
  headers: headers().default({}).describe('Headers of each request.'),
  to: z.enum(['public', 'candidate']).default('public').describe('`public`: as users reach the service, split as theirs. `candidate`: only the new release.'),
  concurrency: whole(1, 1024).default(64).describe('Most requests under way at once; what finds no place is dropped and counted.'),
  maxDuration: duration({ min: 1000 }).prefault('10m').describe('The load ends after this in any case.'),
});


const QUANTILE = 'a percentile such as p50, p95 or p99.9';
const quantile = z.string({ error: QUANTILE }).transform((value, context) => {
  const share = Number(/^p(\d{1,2}(?:\.\d+)?)$/.exec(value)?.[1] ?? Number.NaN) / 100;
  if (share > 0 && share < 1) return Number(share.toFixed(6));
  context.addIssue({ code: 'custom', message: QUANTILE });
  return z.NEVER;
});

/** Numbers that the router itself counts for each release. */
export const edge = z
  .preprocess(asMetric, z.strictObject({
    metric: z.enum(['errorRate', 'latency', 'requests', 'throughput']).optional().describe('errorRate (share of 5xx answers), latency, requests (count per window) or throughput (per second).'),
    latency: quantile.optional().describe('A percentile of the latency: p50, p95, p99.'),
  }))
  .refine(({ metric, latency }) => (metric === undefined) !== (latency === undefined), { error: 'one metric, such as errorRate or {latency: p95}' })
  .transform(({ metric, latency }) => {
    const is = metric ?? 'latency';
    return { metric: is, quantile: is === 'latency' ? (latency ?? 0.95) : null };
  })
  .meta({ also: { enum: ['errorRate', 'latency', 'requests', 'throughput'] } });

function asMetric(value: unknown): unknown {
  return typeof value === 'string' ? { metric: value } : value;
}
