import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Before, Release } from '../../../src/contract/index.ts';
import { create } from '../../beds/vercel/client.ts';
import { createRig, promote, type Rig, route, start } from './rig.ts';

const PROMOTE = 'POST /v10/projects/{projectId}/promote/{deploymentId}';
const ROLL_BACK = 'POST /v1/projects/{projectId}/rollback/{deploymentId}';
const STAGES = [{ targetPercentage: 10 }, { targetPercentage: 100 }];

let rig: Rig;
let v1: Release;
let before: Before;
/** Done by others at the moment at which a call arrives. */
let meanwhile: { on: string; act: () => void } | null = null;
beforeEach(async () => {
  const arrived = async (name: string | null) => {
    if (name !== meanwhile?.on) return;
    const { act } = meanwhile ?? { act: () => {} };
    meanwhile = null;
    act();
  };
  rig = await createRig({ settings: { arrived } });
  v1 = await rig.serving('v1');
  before = await rig.before();
});
afterEach(async () => {
  meanwhile = null;
  const told = rig.bed.violations();
  await rig.close();
  expect(told).toEqual([]);
});

const project = () => rig.bed.platform.project;
const newest = () => [...project().deployments.keys()].at(-1) ?? '';
const switched = (to: Release) => route({ [v1.id]: 0, [to.id]: 100 });
const sent = (on: string) => rig.bed.calls.filter(({ name }) => name === on).length;

describe('a platform that says yes and does nothing', () => {
  it('is asked again to promote, and believed only when domains say so', async () => {
    const v2 = await rig.release('v2');
    await rig.make(start(v2), { before });
    rig.bed.platform.troubles.add({ on: PROMOTE, effect: false, answer: { status: 201 } });
    const from = sent(PROMOTE);
    await rig.send(switched(v2), { before });
    expect(await rig.settled(switched(v2), { before })).toMatchObject({
      state: 'pending',
      again: true,
    });
    await rig.make(switched(v2), { before });
    expect([await rig.visit(), sent(PROMOTE) - from]).toEqual(['v2', 2]);
  });

  it('is asked again to roll back', async () => {
    const v2 = await rig.serving('v2');
    const back = { before, direction: 'back' } as const;
    rig.bed.platform.troubles.add({ on: ROLL_BACK, effect: false, answer: { status: 201 } });
    await rig.make(route({ [v1.id]: 100, [v2.id]: 0 }), back);
    expect([await rig.visit(), sent(ROLL_BACK)]).toEqual(['v1', 2]);
  });

  it('is not believed that production has moved while a domain shows what was before', async () => {
    const v2 = await rig.release('v2');
    await rig.make(start(v2), { before });
    project().production = newest();
    const seen = await rig.settled(switched(v2), { before, wasDone: true });
    expect(seen).toMatchObject({
      state: 'diverged',
      found: expect.stringContaining('0 of 2 domains are there'),
    });
  });
});

describe('a platform that forgets', () => {
  it('what it has built builds it again, while the files are here', async () => {
    const v2 = await rig.release('v2');
    await rig.send(start(v2), { before, key: 'k' });
    project().deployments.delete(newest());
    expect(await rig.settled(start(v2), { before, key: 'k' })).toMatchObject({ again: true });
    await rig.make(start(v2), { before, key: 'k' });
    await rig.make(switched(v2), { before });
    expect(await rig.visit()).toBe('v2');
  });

  it('what was to be promoted is told so, and production stays', async () => {
    const v2 = await rig.release('v2');
    await rig.make(start(v2), { before });
    project().deployments.delete(newest());
    await expect(rig.send(switched(v2), { before })).rejects.toMatchObject({
      failure: 'permanent',
      message: expect.stringContaining('no deployment at Vercel any more'),
    });
    expect(await rig.visit()).toBe('v1');
  });

  it('what serves is a failure, not a pass', async () => {
    const v2 = await rig.serving('v2');
    const id = newest();
    project().deployments.delete(id);
    project().production = null;
    const change = switched(v2);
    expect(await rig.settled(change, { before, wasDone: true })).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('no deployment at Vercel any more'),
    });
  });
});

describe('a promotion that has to wait behind a rolling release of others', () => {
  it('is divergence, whatever was answered', async () => {
    const other = await create(rig.bed, 'v9');
    const v2 = await rig.release('v2');
    await rig.make(start(v2), { before });
    const act = () => {
      project().rollingConfig = { advancementType: 'manual-approval', stages: STAGES };
      rig.bed.platform.startRolling(other);
    };
    meanwhile = { on: PROMOTE, act };
    await rig.send(switched(v2), { before });
    expect(rig.bed.calls.findLast(({ name }) => name === PROMOTE)?.status).toBe(202);
    expect(await rig.settled(switched(v2), { before })).toMatchObject({
      state: 'diverged',
      found: { rollingRelease: other },
    });
    // It has its turn later, and is then what was asked for.
    const active = project().rolling;
    if (!active) throw new Error('no rolling release');
    rig.bed.platform.completeRolling(active);
    rig.bed.platform.advance();
    await rig.make(switched(v2), { before });
    await rig.make(promote(v2), { before });
    expect(await rig.visit()).toBe('v2');
  });
});
