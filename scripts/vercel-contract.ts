/**
 * Cuts the operations that the test bed serves out of Vercel's OpenAPI document:
 *   node scripts/vercel-contract.ts vercel-openapi.json
 * What is cut away besides: words and examples, which validate nothing.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, JsonObject } from '../src/contract/index.ts';

const WANTED: readonly string[] = [
  'POST /v2/files',
  'POST /v13/deployments',
  'GET /v13/deployments/{idOrUrl}',
  'DELETE /v13/deployments/{id}',
  'GET /v6/deployments',
  'GET /v3/deployments/{idOrUrl}/events',
  'PATCH /v12/deployments/{id}/cancel',
  'GET /v2/deployments/{id}/aliases',
  'POST /v2/deployments/{id}/aliases',
  'GET /v4/aliases/{idOrAlias}',
  'GET /v9/projects/{idOrName}',
  'PATCH /v9/projects/{idOrName}',
  'GET /v9/projects/{idOrName}/domains',
  'GET /v9/projects/{idOrName}/custom-environments',
  'PATCH /v1/projects/{idOrName}/protection-bypass',
  'POST /v10/projects/{projectId}/promote/{deploymentId}',
  'GET /v1/projects/{projectId}/promote/aliases',
  'GET /v1/projects/{idOrName}/rolling-release',
  'GET /v1/projects/{idOrName}/rolling-release/config',
  'GET /v1/projects/{idOrName}/rolling-release/billing',
  'PATCH /v1/projects/{idOrName}/rolling-release/config',
  'DELETE /v1/projects/{idOrName}/rolling-release/config',
  'POST /v1/projects/{idOrName}/rolling-release/approve-stage',
  'POST /v1/projects/{idOrName}/rolling-release/complete',
  'GET /v2/user',
  'GET /v2/teams/{teamId}',
];

const WORDS = ['description', 'example', 'examples', 'summary', 'tags', 'security', 'operationId'];
const OUT = join(import.meta.dirname, '../test/beds/vercel/contract/openapi.json');

interface Source {
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
}

/** `properties` holds names, not keywords: one that is called `description` stays. */
function bare(value: Json, isNames = false): Json {
  if (Array.isArray(value)) return value.map((entry) => bare(entry));
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(
    ([key]) => isNames || !(WORDS.includes(key) || key.startsWith('x-')),
  );
  return Object.fromEntries(
    kept.map(([key, part]) => [key, bare(part, !isNames && key === 'properties')]),
  );
}

/** An answer must say `description`, by the rules of OpenAPI; of all else words are dropped. */
function operation(source: Source, wanted: string): Json {
  const [method = '', path = ''] = wanted.split(' ');
  const found = source.paths[path]?.[method.toLowerCase()];
  if (!found) throw new Error(`${wanted} is not in the document`);
  return bare(found);
}

function referred(value: Json, schemas: Source['components']['schemas']): Record<string, Json> {
  const found: Record<string, Json> = {};
  const follow = (part: Json) => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (name in found) continue;
      found[name] = bare(schemas[name] ?? null);
      follow(found[name] ?? null);
    }
  };
  follow(value);
  return found;
}

const source = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Source;
const operations = Object.fromEntries(WANTED.map((wanted) => [wanted, operation(source, wanted)]));
const schemas = referred(operations, source.components.schemas);
const lines = (entries: Record<string, Json>) =>
  Object.entries(entries)
    .map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`)
    .join(',\n');
writeFileSync(
  OUT,
  `{"operations": {\n${lines(operations)}\n}, "schemas": {\n${lines(schemas)}\n}}\n`,
);
