import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/contract/index.ts';
import type { Handlers } from './api/answer.ts';
import { type Bed, startBed } from './bed.ts';
import { ask as askOf, create as createAt, MANUAL } from './client.ts';
import { Document } from './contract/document.ts';
import { CORRECTIONS } from './contract/overlay.ts';

let bed: Bed;
beforeEach(async () => {
  bed = await startBed();
});
afterEach(() => bed.close());

const ask = (method: string, path: string, body?: Json | Buffer, headers = {}) =>
  askOf(bed, method, path, body, headers);
const create = (version: string, more: JsonObject = {}) => createAt(bed, version, more);
const domain = () => bed.platform.project.domains[0]?.name ?? '';

/** Something to ask of every operation, in this order, and a request that the document does not allow. */
const OPERATIONS: readonly {
  readonly name: string;
  readonly path?: string;
  readonly body?: Json | Buffer;
  readonly status?: number;
  readonly wrong: { readonly path?: string; readonly body?: Json };
}[] = [
  { name: 'POST /v2/files', body: Buffer.from('x'), wrong: { path: '/v2/files?teamid=x' } },
  {
    name: 'POST /v13/deployments',
    body: { name: 'shop', files: [{ file: 'a', data: 'a' }] },
    wrong: { body: { name: 5 } },
  },
  {
    name: 'GET /v13/deployments/{idOrUrl}',
    path: '/v13/deployments/$1',
    wrong: { path: '/v13/deployments/$1?with=x' },
  },
  { name: 'GET /v6/deployments', wrong: { path: '/v6/deployments?limit=many' } },
  {
    name: 'GET /v3/deployments/{idOrUrl}/events',
    path: '/v3/deployments/$1/events',
    wrong: { path: '/v3/deployments/$1/events?direction=up' },
  },
  {
    name: 'PATCH /v12/deployments/{id}/cancel',
    path: '/v12/deployments/$slow/cancel',
    wrong: { path: '/v12/deployments/$slow/cancel', body: { a: 1 } },
  },
  {
    name: 'POST /v10/projects/{projectId}/promote/{deploymentId}',
    path: '/v10/projects/shop/promote/$1',
    status: 201,
    wrong: { body: { force: true }, path: '/v10/projects/shop/promote/$1' },
  },
  {
    name: 'POST /v1/projects/{projectId}/rollback/{deploymentId}',
    path: '/v1/projects/shop/rollback/$1',
    status: 201,
    wrong: { body: { force: true }, path: '/v1/projects/shop/rollback/$1' },
  },
  {
    name: 'GET /v1/projects/{projectId}/promote/aliases',
    path: '/v1/projects/shop/promote/aliases',
    wrong: { path: '/v1/projects/shop/promote/aliases?limit=1000' },
  },
  {
    name: 'POST /v2/deployments/{id}/aliases',
    path: '/v2/deployments/$2/aliases',
    body: { alias: '$domain' },
    wrong: { path: '/v2/deployments/$2/aliases', body: { alias: 5 } },
  },
  {
    name: 'GET /v2/deployments/{id}/aliases',
    path: '/v2/deployments/$2/aliases',
    wrong: { path: '/v2/deployments/$2/aliases?all=1' },
  },
  {
    name: 'GET /v4/aliases/{idOrAlias}',
    path: '/v4/aliases/$domain',
    wrong: { path: '/v4/aliases/$domain?since=now' },
  },
  {
    name: 'GET /v9/projects/{idOrName}',
    path: '/v9/projects/shop',
    wrong: { path: '/v9/projects/shop?rollbackInfo=maybe' },
  },
  {
    name: 'PATCH /v9/projects/{idOrName}',
    path: '/v9/projects/shop',
    body: { autoAssignCustomDomains: true },
    wrong: { path: '/v9/projects/shop', body: { autoAssignCustomDomains: 'no' } },
  },
  {
    name: 'GET /v9/projects/{idOrName}/domains',
    path: '/v9/projects/shop/domains',
    wrong: { path: '/v9/projects/shop/domains?order=UP' },
  },
  {
    name: 'GET /v9/projects/{idOrName}/custom-environments',
    path: '/v9/projects/shop/custom-environments',
    wrong: { path: '/v9/projects/shop/custom-environments?x=1' },
  },
  {
    name: 'PATCH /v1/projects/{idOrName}/protection-bypass',
    path: '/v1/projects/shop/protection-bypass',
    body: { generate: { secret: 'b'.repeat(32) } },
    wrong: { path: '/v1/projects/shop/protection-bypass', body: { generate: { secret: 'short' } } },
  },
  {
    name: 'PATCH /v1/projects/{idOrName}/rolling-release/config',
    path: '/v1/projects/shop/rolling-release/config',
    body: MANUAL,
    wrong: { path: '/v1/projects/shop/rolling-release/config', body: { ...MANUAL, stages: [] } },
  },
  {
    name: 'GET /v1/projects/{idOrName}/rolling-release/config',
    path: '/v1/projects/shop/rolling-release/config',
    wrong: { path: '/v1/projects/shop/rolling-release/config?x=1' },
  },
  {
    name: 'GET /v1/projects/{idOrName}/rolling-release/billing',
    path: '/v1/projects/shop/rolling-release/billing',
    wrong: { path: '/v1/projects/shop/rolling-release/billing?x=1' },
  },
  {
    name: 'POST /v1/projects/{idOrName}/rolling-release/start',
    path: '/v1/projects/shop/rolling-release/start',
    body: { canaryDeploymentId: '$2' },
    wrong: { path: '/v1/projects/shop/rolling-release/start', body: { deploymentId: '$2' } },
  },
  {
    name: 'GET /v1/projects/{idOrName}/rolling-release',
    path: '/v1/projects/shop/rolling-release',
    wrong: { path: '/v1/projects/shop/rolling-release?state=DONE' },
  },
  {
    name: 'POST /v1/projects/{idOrName}/rolling-release/approve-stage',
    path: '/v1/projects/shop/rolling-release/approve-stage',
    body: { nextStageIndex: 1, canaryDeploymentId: '$2' },
    wrong: {
      path: '/v1/projects/shop/rolling-release/approve-stage',
      body: { nextStageIndex: 'one', canaryDeploymentId: '$2' },
    },
  },
  {
    name: 'POST /v1/projects/{idOrName}/rolling-release/complete',
    path: '/v1/projects/shop/rolling-release/complete',
    body: { canaryDeploymentId: '$2' },
    wrong: { path: '/v1/projects/shop/rolling-release/complete', body: {} },
  },
  {
    name: 'DELETE /v1/projects/{idOrName}/rolling-release/config',
    path: '/v1/projects/shop/rolling-release/config',
    wrong: { path: '/v1/projects/shop/rolling-release/config?x=1' },
  },
  {
    name: 'DELETE /v13/deployments/{id}',
    path: '/v13/deployments/$1',
    wrong: { path: '/v13/deployments/$1?force=1' },
  },
  { name: 'GET /v2/user', wrong: { path: '/v2/user?x=1' } },
  { name: 'GET /v2/teams/{teamId}', path: '/v2/teams/acme', wrong: { path: '/v2/teams/acme?x=1' } },
];

const BODILESS = [
  'POST /v10/projects/{projectId}/promote/{deploymentId}',
  'POST /v1/projects/{projectId}/rollback/{deploymentId}',
];

async function askAll(): Promise<void> {
  const made = {
    $1: await create('v1'),
    $2: await create('v2'),
    $slow: await create('v3', { files: [{ file: 'bed.json', data: '{"takes":600000}' }] }),
  };
  const filled = <T>(value: T): T => {
    const text = Object.entries({ ...made, $domain: domain() }).reduce(
      (text, [name, own]) => text.replaceAll(name, own),
      JSON.stringify(value),
    );
    return JSON.parse(text);
  };
  for (const { name, path, body, status = 200, wrong } of OPERATIONS) {
    const [method = '', pattern = ''] = name.split(' ');
    const bad = await ask(
      method,
      filled(wrong.path ?? path ?? pattern),
      filled(wrong.body ?? null) ?? undefined,
    );
    expect([name, bad.status]).toEqual([name, 400]);
    const digest = Buffer.isBuffer(body)
      ? { 'x-vercel-digest': createHash('sha1').update(body).digest('hex') }
      : {};
    const sent = body === undefined || Buffer.isBuffer(body) ? body : filled(body);
    const good = await ask(method, filled(path ?? pattern), sent, digest);
    expect([name, good.status, good.body.error]).toEqual([name, status, undefined]);
  }
}

describe('validation', () => {
  it('covers every operation of the document', () => {
    expect(OPERATIONS.map(({ name }) => name).sort()).toEqual([...new Document().names].sort());
  });

  it('finds a bad request to each operation, and nothing against the good ones', async () => {
    await askAll();
    const found = bed.calls.filter(({ violation }) => violation).map(({ name }) => name);
    expect(found).toEqual(OPERATIONS.map(({ name }) => name));
    expect(bed.violations().every((told) => told.includes(': request: '))).toBe(true);
  });

  it('finds a bad answer of each operation', async () => {
    await bed.close();
    const wrong = Object.fromEntries(
      OPERATIONS.map(({ name, status = 200 }) => [
        name,
        () => ({ status, body: BODILESS.includes(name) ? {} : 5 }),
      ]),
    );
    const refusals = Object.fromEntries(
      OPERATIONS.map(({ name }) => [name, () => ({ status: 404, body: { message: 'no' } })]),
    );
    const strange = Object.fromEntries(
      OPERATIONS.map(({ name }) => [name, () => ({ status: 418 })]),
    );
    for (const planted of [wrong, refusals, strange] satisfies Handlers[]) {
      bed = await startBed({ planted });
      for (const { name, path = name.split(' ')[1] ?? '', body } of OPERATIONS) {
        const sent = Buffer.isBuffer(body) ? undefined : body;
        await ask(name.split(' ')[0] ?? '', path.replaceAll('$', 'x'), sent);
      }
      const told = bed.calls.map(({ name, violation }) => [name, violation?.slice(0, 7)]);
      expect(told).toEqual(OPERATIONS.map(({ name }) => [name, 'answer:']));
      await bed.close();
    }
    bed = await startBed();
  });

  it('has a source for every correction of the document', () => {
    for (const { what, source, on } of CORRECTIONS)
      expect([what, source, on].join()).toMatch(/.{20}/);
  });

  it('refuses a stranger', async () => {
    const { status } = await ask('GET', '/v2/user', undefined, { authorization: 'Bearer other' });
    expect(status).toBe(403);
    expect((await ask('GET', '/v2/secret')).status).toBe(404);
    expect(bed.violations()).toEqual(['null: GET /v2/secret is not documented']);
  });
});
