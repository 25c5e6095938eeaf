import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Before, JsonObject, Release } from '../../../src/contract/index.ts';
import type { Handlers } from '../../beds/vercel/api/answer.ts';
import { DEPLOYMENTS } from '../../beds/vercel/api/deployments.ts';
import { PROJECTS } from '../../beds/vercel/api/projects.ts';
import { ask, create, MANUAL } from '../../beds/vercel/client.ts';
import { asking } from '../../helpers/calls.ts';
import { createRig, promote, type Rig, route, start } from './rig.ts';

const DEPLOYMENT = 'GET /v13/deployments/{idOrUrl}';
const ALIAS = 'GET /v4/aliases/{idOrAlias}';
const PROJECT = 'GET /v9/projects/{idOrName}';
const PROMOTE = 'POST /v10/projects/{projectId}/promote/{deploymentId}';
const ROLL_BACK = 'POST /v1/projects/{projectId}/rollback/{deploymentId}';
const AUTOMATIC = {
  advancementType: 'automatic',
  stages: [{ targetPercentage: 30, duration: 10 }, { targetPercentage: 100 }],
} as const;

/** Answers with something else in them, once it is asked for. */
let changed: { on: string; with: (body: JsonObject, of?: string) => JsonObject } | null = null;
const honest: Handlers = { ...DEPLOYMENTS, ...PROJECTS };
const planted: Handlers = Object.fromEntries(
  [DEPLOYMENT, PROJECT, ALIAS].map((on) => [
    on,
    async (call) => {
      const answer = (await honest[on]?.(call)) ?? { status: 500 };
      if (changed?.on !== on || answer.status !== 200) return answer;
      return { ...answer, body: changed.with(answer.body as JsonObject, call.params.idOrUrl) };
    },
  ]),
);

let rig: Rig;
let v1: Release;
let v2: Release;
let before: Before;
/** Ms by which the platform's clock is ahead. */
let ahead: number;
beforeEach(async () => {
  ahead = 0;
  rig = await createRig({ planted, domains: 3, settings: { now: () => Date.now() + ahead } });
  v1 = await rig.serving('v1');
  before = await rig.before();
  v2 = await rig.release('v2');
});
afterEach(async () => {
  changed = null;
  const told = rig.bed.violations();
  await rig.close();
  expect(told).toEqual([]);
});

const platform = () => rig.bed.platform;
const project = () => platform().project;
const ids = () => [...project().deployments.keys()];
const switched = (to: Release) => route({ [v1.id]: 0, [to.id]: 100 });
const shares = (percent: number) => route({ [v1.id]: 100 - percent, [v2.id]: percent });
const backTo = (to: Release, from: Release) => route({ [to.id]: 100, [from.id]: 0 });
const sent = (on: string) => rig.bed.calls.filter(({ name }) => name === on).length;
const atDomains = () =>
  Promise.all(project().domains.map(async ({ name }) => (await fetch(`http://${name}/`)).text()));

async function promoted(): Promise<void> {
  await rig.make(start(v2), { before });
  await rig.make(switched(v2), { before });
  await rig.make(promote(v2), { before });
}

async function atTenPercent(): Promise<void> {
  await rig.make(start(v2, [10, 50, 100]), { before });
  await rig.make(shares(10), { before });
}

describe('the candidate, in the middle of a hold', () => {
  it('is asked for as it was started, and has production by our own hand', async () => {
    await promoted();
    const hold = { before, routed: true } as const;
    expect(await rig.settled(start(v2), hold)).toMatchObject({ state: 'done' });
    // Whoever has taken over has seen nothing of it.
    const other = await rig.again();
    expect(await rig.settled(start(v2), hold, other)).toMatchObject({ state: 'done' });
  });

  it('has it by the hand of others where we have given it none', async () => {
    await rig.make(start(v2), { before });
    const [, id = ''] = ids();
    platform().point(id, 'promote');
    for (const provider of [rig.provider, await rig.again()])
      expect(await rig.settled(start(v2), { before }, provider)).toEqual({
        state: 'diverged',
        expected: { production: v1.id },
        found: { production: id },
      });
  });

  it('is started with its own stages where a change of traffic was begun and never sent', async () => {
    const routed = { before, routed: true } as const;
    const canary = start(v2, [10, 50, 100]);
    const stages = [10, 50, 100].map((targetPercentage) => ({ targetPercentage }));
    project().rollingConfig = AUTOMATIC;
    await rig.make(canary, routed);
    const ours = { advancementType: 'manual-approval', stages };
    expect(project().rollingConfig).toMatchObject(ours);
    project().rollingConfig = AUTOMATIC;
    expect(await rig.settled(canary, routed)).toMatchObject({ state: 'pending', again: true });
    await rig.make(canary, routed);
    await rig.make(shares(10), { before });
    expect(project().rolling?.stage).toBe(0);
    // From here on what others set is theirs.
    project().rollingConfig = null;
    for (const provider of [rig.provider, await rig.again()]) {
      expect(await rig.settled(canary, routed, provider)).toMatchObject({ state: 'done' });
      await rig.send(canary, routed, provider);
    }
    expect(project().rollingConfig).toBeNull();
  });

  it('that has failed after all has no traffic for long: it is a failure, and no divergence', async () => {
    await promoted();
    const [, id] = ids();
    const failing = { readyState: 'ERROR', errorCode: 'DEPLOY_FAILED', errorMessage: 'No.' };
    changed = {
      on: DEPLOYMENT,
      with: (body) => (body.id === id ? { ...body, ...failing } : body),
    };
    expect(await rig.settled(switched(v2), { before, wasDone: true })).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('No. (DEPLOY_FAILED)'),
    });
  });

  it('of a canary that was removed is a failure; without its base a person decides', async () => {
    await atTenPercent();
    const hold = { before, wasDone: true } as const;
    const [base = '', canary = ''] = ids();
    const of = (id: string) => project().deployments.get(id);
    const [first, second] = [of(base), of(canary)];
    project().deployments.delete(canary);
    expect(await rig.settled(shares(10), hold)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('no deployment at Vercel any more'),
    });
    if (second) project().deployments.set(canary, second);
    expect(await rig.settled(shares(10), hold)).toEqual({ state: 'done' });
    project().deployments.delete(base);
    expect(await rig.settled(shares(10), hold)).toMatchObject({ state: 'diverged' });
    if (first) project().deployments.set(base, first);
  });

  it('of a canary is not alone when others promote: that waits, and is told at once', async () => {
    await atTenPercent();
    const other = await create(rig.bed, 'v9');
    await ask(rig.bed, 'POST', `/v10/projects/shop/promote/${other}`, {});
    expect(await rig.settled(shares(10), { before, wasDone: true })).toMatchObject({
      state: 'diverged',
      found: { queued: other },
    });
  });
});

describe('what others have begun', () => {
  it('on top of ours is not ended by us on the way forward', async () => {
    await rig.make(start(v2), { before });
    await rig.make(switched(v2), { before });
    const other = await create(rig.bed, 'v9');
    project().rollingConfig = { ...MANUAL, advancementType: 'manual-approval' };
    platform().startRolling(other);
    expect(await rig.settled(switched(v2), { before })).toMatchObject({
      state: 'diverged',
      found: { rollingRelease: other },
    });
    await expect(rig.send(switched(v2), { before })).rejects.toMatchObject({ failure: 'conflict' });
    expect([project().rolling?.state, sent(ROLL_BACK)]).toEqual(['ACTIVE', 0]);
  });

  it('and is on its way to the domains is not overtaken', async () => {
    await rig.make(start(v2), { before });
    const other = await create(rig.bed, 'v9');
    for (const domain of project().domains) Object.assign(domain, { delay: 60_000 });
    platform().point(other, 'promote');
    const from = sent(PROMOTE);
    await expect(rig.send(switched(v2), { before })).rejects.toMatchObject({ failure: 'conflict' });
    expect(await rig.settled(switched(v2), { before })).toMatchObject({
      state: 'diverged',
      found: { production: other },
    });
    expect(sent(PROMOTE)).toBe(from);
  });

  it('with the same deployment before us, and failed, is no failure of ours', async () => {
    await rig.make(start(v2), { before });
    const [from = '', to = ''] = ids();
    const old = {
      fromDeploymentId: from,
      toDeploymentId: to,
      jobStatus: 'failed',
      requestedAt: 5,
      type: 'promote',
    };
    // It is told of until Vercel has taken note of ours.
    changed = { on: PROJECT, with: (body) => ({ ...body, lastAliasRequest: old }) };
    for (const domain of project().domains) Object.assign(domain, { delay: 60_000 });
    await rig.send(switched(v2), { before, key: 'k' });
    const soon = await rig.provider.verify(switched(v2), asking('k', { before }));
    expect(soon).toMatchObject({ state: 'pending' });
    ahead = 60_000;
    expect(await rig.settled(switched(v2), { before })).toEqual({ state: 'done' });
  });

  it.each([
    ['by time', AUTOMATIC],
    ['off', null],
  ])('of the settings of rolling releases (%s) stays in a canary', async (_, theirs) => {
    project().rollingConfig = {
      advancementType: 'automatic',
      stages: [{ targetPercentage: 5, duration: 1 }, { targetPercentage: 100 }],
    };
    before = await rig.before();
    await atTenPercent();
    project().rollingConfig = theirs;
    await rig.make(shares(50), { before });
    await rig.make(shares(100), { before });
    await rig.make(promote(v2), { before });
    expect(project().rollingConfig).toEqual(theirs);
  });

  it('of the settings of rolling releases stays, whatever it is, where ours needs none', async () => {
    await rig.make(start(v2), { before });
    await rig.make(switched(v2), { before });
    const theirs = { advancementType: 'manual-approval', stages: MANUAL.stages } as const;
    project().rollingConfig = theirs;
    await rig.make(promote(v2), { before });
    await rig.make({ kind: 'retire', release: v1.id, keeps: v2.id }, { before });
    expect(project().rollingConfig).toEqual(theirs);
  });
});

describe('a domain that does not move', () => {
  it('does not keep the others from being led back', async () => {
    await rig.make(start(v2), { before });
    Object.assign(project().domains[2] ?? {}, { delay: 600_000 });
    await rig.send(switched(v2), { before });
    expect(await rig.provider.verify(switched(v2), asking('k', { before }))).toMatchObject({
      state: 'pending',
      progress: expect.stringContaining('Vercel moves the domains'),
    });
    expect(await atDomains()).toEqual(['v2', 'v2', 'v1']);
    const back = { before, direction: 'back' } as const;
    // Vercel still moves the third one, and rolls back only then.
    await expect(rig.send(backTo(v1, v2), back)).rejects.toMatchObject({ failure: 'conflict' });
    expect(await atDomains()).toEqual(['v1', 'v1', 'v1']);
    ahead = 600_000;
    Object.assign(project().domains[2] ?? {}, { delay: 0 });
    await rig.make(backTo(v1, v2), back);
    expect([await atDomains(), sent(ROLL_BACK)]).toEqual([['v1', 'v1', 'v1'], 2]);
  });

  it('because Vercel cannot lead it away is no failure of the way back to where it is', async () => {
    await rig.make(start(v2), { before });
    Object.assign(project().domains[2] ?? {}, { fails: true });
    await rig.send(switched(v2), { before });
    expect(await rig.settled(switched(v2), { before })).toMatchObject({ state: 'failed' });
    await rig.make(backTo(v1, v2), { before, direction: 'back' });
    expect(await atDomains()).toEqual(['v1', 'v1', 'v1']);
  });
});

describe('a reading that lags', () => {
  it.each([
    ['record', ALIAS, (body: JsonObject) => ({ ...body, deploymentId: ids()[0] ?? '' })],
    [
      'answer',
      DEPLOYMENT,
      (body: JsonObject, of = '') => ({
        ...body,
        id: of.startsWith('dpl_') ? of : (ids()[0] ?? ''),
      }),
    ],
  ])('of a domain by its %s alone is waited for', async (_, on, change) => {
    await rig.make(start(v2), { before });
    await rig.make(switched(v2), { before });
    changed = { on, with: change };
    expect(await rig.provider.verify(switched(v2), asking('k', { before }))).toMatchObject({
      state: 'pending',
      progress: expect.stringContaining('0 of 3 domains are there'),
    });
    changed = null;
    expect(await rig.settled(switched(v2), { before })).toEqual({ state: 'done' });
  });

  it('of a deployment that was just made does not build it twice', async () => {
    let hidden = true;
    const lagging: Handlers = {
      [DEPLOYMENT]: (call) =>
        hidden
          ? { status: 404, body: { error: { code: 'not_found', message: 'Not found' } } }
          : (DEPLOYMENTS[DEPLOYMENT]?.(call) ?? { status: 500 }),
    };
    const own = await createRig({
      planted: lagging,
      settings: { listLag: 600_000, now: () => Date.now() + ahead },
    });
    try {
      const first = await own.release('v1');
      await own.send(start(first), { key: 'k' });
      for (let look = 0; look < 3; look++) {
        expect(await own.provider.verify(start(first), asking('k'))).toMatchObject({
          state: 'pending',
          progress: expect.stringContaining('lists'),
        });
        await own.send(start(first), { key: 'k' });
      }
      hidden = false;
      ahead = 600_000;
      expect(await own.settled(start(first), { key: 'k' })).toMatchObject({ state: 'done' });
      expect(own.bed.platform.project.deployments.size).toBe(1);
    } finally {
      await own.close();
    }
  });
});
