import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Release } from '../../../src/contract/index.ts';
import { asking } from '../../helpers/calls.ts';
import { createRig, promote, type Rig, route, start } from './rig.ts';

let rig: Rig;
/** Ms by which the platform's clock is ahead. */
let ahead: number;
beforeEach(async () => {
  ahead = 0;
  rig = await createRig({ settings: { now: () => Date.now() + ahead } });
});
afterEach(async () => {
  const told = rig.bed.violations();
  const strange = rig.bed.calls.filter(({ undocumented }) => undocumented);
  await rig.close();
  expect([told, strange]).toEqual([[], []]);
});

describe('blue-green at Vercel', () => {
  it('stages a deployment that takes no domain, and promotes the very same', async () => {
    const v1 = await rig.serving('v1');
    const before = await rig.before();
    const v2 = await rig.release('v2');
    await rig.make(start(v2), { before });
    expect(await rig.visit()).toBe('v1');
    const staged = await rig.provider.observe();
    expect(staged).toMatchObject({ live: v1.id, split: { [v1.id]: 100 } });
    expect(staged.releases.find(({ id }) => id === v2.id)).toMatchObject({
      health: 'healthy',
      release: v2,
    });
    await rig.make(route({ [v1.id]: 0, [v2.id]: 100 }), { before });
    await rig.make(promote(v2), { before });
    await rig.make({ kind: 'retire', release: v1.id, keeps: v2.id }, { before });
    expect(await rig.visit()).toBe('v2');
    expect(await rig.provider.observe()).toMatchObject({ live: v2.id, split: { [v2.id]: 100 } });
    expect(rig.bed.platform.project.deployments.size).toBe(2);
  });

  it('goes back at once to what was live, without another build', async () => {
    const v1 = await rig.serving('v1');
    const v2 = await rig.serving('v2');
    const before = await rig.before();
    await rig.make(start(v1), { before });
    await rig.make(route({ [v1.id]: 100, [v2.id]: 0 }), { before });
    await rig.make(promote(v1), { before });
    await rig.make({ kind: 'retire', release: v2.id, keeps: v1.id }, { before });
    expect(await rig.visit()).toBe('v1');
    const seen = await rig.provider.observe();
    expect(seen.releases.map(({ id }) => id)).toEqual([v1.id]);
    expect(seen.notes.join()).toContain('was rolled back at Vercel');
    expect(rig.bed.platform.project.deployments.size).toBe(2);
    const v3 = await rig.serving('v3');
    expect(await rig.visit()).toBe('v3');
    expect((await rig.provider.observe()).notes).toEqual([]);
    expect(v3.id).toMatch(/^v3-/);
  });

  it('promotes again what it has gone back from, so that pushes get domains again', async () => {
    const v1 = await rig.serving('v1');
    ahead = 1000;
    const v2 = await rig.serving('v2');
    const to = async (release: Release) => {
      const before = await rig.before();
      await rig.make(start(release), { before });
      await rig.make(route({ [release.id]: 100 }), { before });
      return rig.bed.platform.request()?.type;
    };
    expect([await to(v1), await to(v2)]).toEqual(['rollback', 'promote']);
    expect(await rig.visit()).toBe('v2');
    expect(rig.bed.platform.project.deployments.size).toBe(2);
  });

  it('is not settled while others lead production elsewhere', async () => {
    const v1 = await rig.serving('v1');
    const before = await rig.before();
    const v2 = await rig.release('v2');
    await rig.make(start(v2), { before });
    const change = route({ [v1.id]: 0, [v2.id]: 100 });
    await rig.make(change, { before });
    for (const domain of rig.bed.platform.project.domains) Object.assign(domain, { delay: 60_000 });
    const [first = ''] = rig.bed.platform.project.deployments.keys();
    rig.bed.platform.point(first, 'rollback');
    const read = asking('k', { before });
    expect(await rig.provider.verify(change, read)).toMatchObject({ state: 'pending' });
    const done = { before, wasDone: true } as const;
    expect(await rig.settled(change, done)).toMatchObject({ state: 'diverged' });
  });

  it('takes away a candidate that never served, and nothing else', async () => {
    const v1 = await rig.serving('v1');
    const before = await rig.before();
    const v2 = await rig.release('v2');
    await rig.make(start(v2), { before });
    await rig.make({ kind: 'retire', release: v2.id, keeps: v1.id }, { before, direction: 'back' });
    expect((await rig.provider.observe()).releases.map(({ id }) => id)).toEqual([v1.id]);
    await expect(
      rig.send({ kind: 'retire', release: v1.id, keeps: v2.id }, { before }),
    ).rejects.toMatchObject({ failure: 'permanent' });
  });

  it('takes the one that is ready where a release was built twice', async () => {
    const v1 = await rig.release('v1');
    await rig.make(start(v1));
    const { deployments } = rig.bed.platform.project;
    const [made] = deployments.values();
    if (!made) throw new Error('nothing was made');
    const createdAt = made.createdAt - 60_000;
    const build = { ...made.build, takes: 3_600_000 };
    deployments.set('dpl_twice', { ...made, id: 'dpl_twice', createdAt, build });
    const seen = await rig.settled(start(v1), {}, await rig.again());
    expect(seen).toMatchObject({ state: 'done', facts: { deployment: made.id } });
  });

  it('tells why a build failed, with its last lines', async () => {
    await rig.serving('v1');
    const broken = await rig.release('v2', { 'bed.json': '{"build":"ERROR"}' });
    await rig.send(start(broken), { key: 'k' });
    expect(await rig.settled(start(broken), { key: 'k' })).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('BUILD_FAILED'),
      logs: expect.arrayContaining([expect.stringContaining('exited with 1')]),
    });
    expect(await rig.visit()).toBe('v1');
    expect(await rig.settled(start(broken), { key: 'k/2' })).toMatchObject({ again: true });
  });

  it('believes a promotion only when every domain is there', async () => {
    const v1 = await rig.serving('v1');
    const before = await rig.before();
    const v2 = await rig.release('v2');
    await rig.make(start(v2), { before });
    const second = rig.bed.platform.project.domains[1];
    Object.assign(second ?? {}, { delay: 60_000 });
    const change = route({ [v1.id]: 0, [v2.id]: 100 });
    await rig.send(change, { before });
    const soon = await rig.provider.verify(change, asking('k', { before }));
    expect(soon).toMatchObject({ state: 'pending' });
    ahead = 60_000;
    expect(await rig.settled(change, { before })).toEqual({ state: 'done' });
    expect(second?.deployment).toBe(rig.bed.platform.project.production);
  });

  it('sees a push, another promotion and a rollback by other hands as divergence', async () => {
    const v1 = await rig.serving('v1');
    const before = await rig.before();
    const v2 = await rig.release('v2');
    await rig.make(start(v2), { before });
    const change = route({ [v1.id]: 0, [v2.id]: 100 });
    expect(await rig.settled(change, { before })).toMatchObject({ state: 'pending', again: true });
    await rig.make(change, { before });
    const { platform } = rig.bed;
    const [second] = platform.project.domains.slice(1);
    Object.assign(second ?? {}, { deployment: [...platform.project.deployments.keys()][0] });
    const read = asking('k', { before });
    expect(await rig.provider.verify(change, read)).toMatchObject({ state: 'pending' });
    expect(await rig.settled(change, { before, wasDone: true })).toMatchObject({
      state: 'diverged',
    });
    Object.assign(second ?? {}, { deployment: platform.project.production });
    expect(await rig.settled(change, { before, wasDone: true })).toEqual({ state: 'done' });
    platform.point([...platform.project.deployments.keys()][0] ?? '', 'rollback');
    const done = { before, wasDone: true } as const;
    expect(await rig.settled(change, done)).toMatchObject({ state: 'diverged' });
    const v3 = await rig.release('v3');
    await rig.make(start(v3), { before });
    platform.point([...platform.project.deployments.keys()].at(-1) ?? '', 'push');
    expect(await rig.settled(change, { before })).toMatchObject({ state: 'diverged' });
    await expect(rig.send(change, { before })).rejects.toMatchObject({ failure: 'conflict' });
  });
});
