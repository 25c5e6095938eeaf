import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/contract/index.ts';
import { type Bed, startBed } from './bed.ts';
import { ask as askOf, create as createAt, MANUAL } from './client.ts';
import { failing, throttled } from './platform/trouble.ts';

let bed: Bed;
let clock = 0;
beforeEach(async () => {
  clock = 1_700_000_000_000;
  bed = await startBed({ settings: { now: () => clock } });
});
afterEach(() => bed.close());

const ask = (method: string, path: string, body?: Json | Buffer, headers = {}) =>
  askOf(bed, method, path, body, headers);
const create = (version: string, more: JsonObject = {}) => createAt(bed, version, more);
const promote = (id: string) => ask('POST', `/v10/projects/shop/promote/${id}`, {});
const domain = () => bed.platform.project.domains[0]?.name ?? '';
const visit = async (path = '/', host = domain()) =>
  (await fetch(`http://${host}${path}`, { redirect: 'manual' })).text();

describe('the life of a deployment', () => {
  it('asks for the files it does not have, by their digest', async () => {
    const content = Buffer.from('hello');
    const sha = createHash('sha1').update(content).digest('hex');
    const body = { name: 'shop', files: [{ file: 'a.txt', sha, size: content.length }] };
    const refused = await ask('POST', '/v13/deployments', body);
    expect(refused).toMatchObject({
      status: 400,
      body: { error: { code: 'missing_files', missing: [sha] } },
    });
    const wrong = await ask('POST', '/v2/files', Buffer.from('other'), { 'x-vercel-digest': sha });
    expect(wrong.status).toBe(400);
    expect((await ask('POST', '/v2/files', content, { 'x-vercel-digest': sha })).status).toBe(200);
    const made = await ask('POST', '/v13/deployments', body);
    expect(made.status).toBe(200);
    expect(await visit('/a.txt', String(made.body.url))).toBe('hello');
  });

  it('is built in its time, and is staged then', async () => {
    const id = await create('v1', { files: [{ file: 'bed.json', data: '{"takes":1000}' }] });
    const seen: Json[] = [];
    for (const at of [0, 150, 500, 1000]) {
      clock = 1_700_000_000_000 + at;
      seen.push((await ask('GET', `/v13/deployments/${id}`)).body.readyState ?? null);
    }
    expect(seen).toEqual(['QUEUED', 'INITIALIZING', 'BUILDING', 'READY']);
    expect((await ask('GET', `/v13/deployments/${id}`)).body.readySubstate).toBe('STAGED');
  });

  it('fails with a code and last lines, and can be canceled only before its end', async () => {
    const files = [{ file: 'bed.json', data: '{"build":"ERROR","takes":10}' }];
    const id = await create('v1', { files });
    const other = await create('v2', { files });
    expect((await ask('PATCH', `/v12/deployments/${other}/cancel`)).body.readyState).toBe(
      'CANCELED',
    );
    clock += 10;
    expect((await ask('GET', `/v13/deployments/${id}`)).body).toMatchObject({
      readyState: 'ERROR',
      errorCode: 'BUILD_FAILED',
    });
    const events = await ask('GET', `/v3/deployments/${id}/events?builds=1`);
    expect(JSON.stringify(events.body)).toContain('exited with 1');
    expect((await ask('PATCH', `/v12/deployments/${id}/cancel`)).status).toBe(400);
  });
});

describe('domains', () => {
  it('move to what is promoted, each in its time, and serve it', async () => {
    const [first, second] = bed.platform.project.domains;
    if (!first || !second) throw new Error('two domains');
    expect((await promote(await create('v1'))).status).toBe(201);
    expect(await visit()).toBe('v1');
    Object.assign(second, { delay: 500 });
    const v2 = await create('v2');
    await promote(v2);
    expect([await visit('/', first.name), await visit('/', second.name)]).toEqual(['v2', 'v1']);
    const asked = async () =>
      (await ask('GET', '/v9/projects/shop?rollbackInfo=true')).body.lastAliasRequest;
    expect(await asked()).toMatchObject({
      toDeploymentId: v2,
      jobStatus: 'in-progress',
      type: 'promote',
    });
    clock += 500;
    expect(await visit('/', second.name)).toBe('v2');
    expect(await asked()).toMatchObject({ jobStatus: 'succeeded' });
    expect((await promote(v2)).status).toBe(409);
  });

  it('stay where they are when moving one fails, and the request says so', async () => {
    await promote(await create('v1'));
    Object.assign(bed.platform.project.domains[1] ?? {}, { fails: true });
    await promote(await create('v2'));
    const failed = await ask('GET', '/v1/projects/shop/promote/aliases?failedOnly=true');
    expect(failed.body.aliases).toHaveLength(1);
    expect(bed.platform.project.production).not.toBeNull();
    expect(await visit('/', bed.platform.project.domains[1]?.name)).toBe('v1');
  });

  it('follow a push by themselves, until somebody has rolled back', async () => {
    const v1 = await create('v1');
    await promote(v1);
    await create('v2', { autoAssignCustomDomains: true });
    expect(await visit()).toBe('v2');
    expect((await ask('POST', `/v1/projects/shop/rollback/${v1}`)).status).toBe(201);
    expect(await visit()).toBe('v1');
    await create('v3', { autoAssignCustomDomains: true });
    expect(await visit()).toBe('v1');
    expect((await ask('POST', `/v1/projects/shop/rollback/${await create('v4')}`)).status).toBe(
      422,
    );
  });
});

describe('rolling releases', () => {
  it('go stage by stage when each is approved, and hold back other promotions', async () => {
    await promote(await create('v1'));
    expect((await ask('PATCH', '/v1/projects/shop/rolling-release/config', MANUAL)).status).toBe(
      200,
    );
    const canary = await create('v2');
    const started = await ask('POST', '/v1/projects/shop/rolling-release/start', {
      canaryDeploymentId: canary,
    });
    expect(started.body.rollingRelease).toMatchObject({
      state: 'ACTIVE',
      activeStage: { targetPercentage: 10 },
    });
    expect(await visit('/?vcrrForceCanary=true')).toBe('v2');
    expect(await visit('/?vcrrForceStable=true')).toBe('v1');
    expect((await promote(await create('v3'))).status).toBe(202);
    const approve = (nextStageIndex: number) =>
      ask('POST', '/v1/projects/shop/rolling-release/approve-stage', {
        nextStageIndex,
        canaryDeploymentId: canary,
      });
    expect((await approve(2)).status).toBe(400);
    expect((await approve(1)).body.rollingRelease).toMatchObject({
      activeStage: { targetPercentage: 50 },
    });
    expect((await approve(2)).body.rollingRelease).toMatchObject({ state: 'COMPLETE' });
    // What had to wait has its turn: a rolling release as well.
    const { body } = await ask('GET', '/v1/projects/shop/rolling-release');
    expect(body.rollingRelease).toMatchObject({
      state: 'ACTIVE',
      currentDeployment: { id: canary },
    });
    expect(await visit('/?vcrrForceCanary=true')).toBe('v3');
    expect(await visit('/?vcrrForceStable=true')).toBe('v2');
  });

  it('end at the base when somebody rolls back', async () => {
    const v1 = await create('v1');
    await promote(v1);
    await ask('PATCH', '/v1/projects/shop/rolling-release/config', MANUAL);
    await ask('POST', '/v1/projects/shop/rolling-release/start', {
      canaryDeploymentId: await create('v2'),
    });
    expect((await ask('POST', `/v1/projects/shop/rollback/${v1}`)).status).toBe(201);
    const { body } = await ask('GET', '/v1/projects/shop/rolling-release');
    expect(body.rollingRelease).toMatchObject({ state: 'ABORTED' });
    expect(await visit('/?vcrrForceCanary=true')).toBe('v1');
  });

  it('are no part of the smallest plan', async () => {
    await bed.close();
    bed = await startBed({ settings: { plan: 'hobby' } });
    expect((await ask('PATCH', '/v1/projects/shop/rolling-release/config', MANUAL)).status).toBe(
      403,
    );
    const { body } = await ask('GET', '/v1/projects/shop/rolling-release/billing');
    expect(body.reason).toBe('plan_not_supported');
  });
});

describe('trouble', () => {
  it('loses a call before its effect, or the answer after it', async () => {
    const on = 'POST /v13/deployments';
    bed.platform.troubles.add({ on, effect: false, answer: 'cut' });
    await expect(create('v1')).rejects.toThrow();
    expect(bed.platform.project.deployments.size).toBe(0);
    bed.platform.troubles.add({ on, effect: true, answer: failing(500) });
    await expect(create('v1')).rejects.toThrow();
    expect(bed.platform.project.deployments.size).toBe(1);
  });

  it('throttles, after some calls', async () => {
    const on = 'GET /v2/user';
    bed.platform.troubles.add({ on, after: 1, effect: false, answer: throttled(7) });
    expect((await ask('GET', '/v2/user')).status).toBe(200);
    const { status, headers } = await ask('GET', '/v2/user');
    expect([status, headers.get('retry-after')]).toEqual([429, '7']);
    expect((await ask('GET', '/v2/user')).status).toBe(200);
  });

  it('lists what is new only after its lag, and tells of requests after theirs', async () => {
    await bed.close();
    bed = await startBed({ settings: { now: () => clock, listLag: 100, requestLag: 100 } });
    const id = await create('v1');
    await promote(id);
    const listed = async () =>
      (await ask('GET', '/v6/deployments?projectId=prj_000000000001')).body.deployments;
    const asked = async () => (await ask('GET', '/v9/projects/shop')).body.lastAliasRequest;
    expect([await listed(), await asked()]).toEqual([[], undefined]);
    clock += 100;
    expect(await listed()).toMatchObject([{ uid: id }]);
    expect(await asked()).toMatchObject({ toDeploymentId: id });
  });

  it('lets nobody see a protected deployment without the secret', async () => {
    const secret = 'a'.repeat(32);
    bed.platform.project.protection = 'sso';
    await ask('PATCH', '/v1/projects/shop/protection-bypass', { generate: { secret } });
    const { host } = bed.platform.deployment(await create('v1')) ?? { host: '' };
    const get = (headers = {}) => fetch(`http://${host}/`, { redirect: 'manual', headers });
    expect((await get()).status).toBe(302);
    expect(await (await get({ 'x-vercel-protection-bypass': secret })).text()).toBe('v1');
    expect(bed.sites.hits.map(({ bypass }) => bypass)).toEqual([null, secret]);
  });
});
