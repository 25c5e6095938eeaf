import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Before, Release } from '../../../src/contract/index.ts';
import { createRig, promote, type Rig, route, start } from './rig.ts';

const OWN = [{ targetPercentage: 30, duration: 10 }, { targetPercentage: 100 }];

let rig: Rig;
let v1: Release;
let v2: Release;
let before: Before;
beforeEach(async () => {
  rig = await createRig();
  v1 = await rig.serving('v1');
  rig.bed.platform.project.rollingConfig = { advancementType: 'automatic', stages: OWN };
  before = await rig.before();
  v2 = await rig.release('v2');
});
afterEach(async () => {
  const told = rig.bed.violations();
  const strange = rig.bed.calls.filter(({ undocumented }) => undocumented);
  await rig.close();
  expect([told, strange]).toEqual([[], []]);
});

const shares = (percent: number) => route({ [v1.id]: 100 - percent, [v2.id]: percent });
const settings = () => rig.bed.platform.project.rollingConfig;
const rolling = () => rig.bed.platform.project.rolling;

describe('canary at Vercel', () => {
  it('goes by a rolling release, stage by stage, and puts the settings of the project back', async () => {
    await rig.make(start(v2, [5, 25, 100]), { before });
    expect(settings()).toEqual({
      advancementType: 'manual-approval',
      stages: [5, 25, 100].map((targetPercentage) => ({ targetPercentage })),
    });
    await rig.make(shares(5), { before });
    expect(await rig.provider.observe()).toMatchObject({
      live: v1.id,
      split: { [v1.id]: 95, [v2.id]: 5 },
    });
    expect(await rig.visit('/?vcrrForceCanary=true')).toBe('v2');
    await rig.make(shares(25), { before });
    expect(rolling()?.stage).toBe(1);
    await rig.make(shares(100), { before });
    await rig.make(promote(v2), { before });
    await rig.make({ kind: 'retire', release: v1.id, keeps: v2.id }, { before });
    expect(rolling()?.state).toBe('COMPLETE');
    expect(await rig.visit()).toBe('v2');
    expect(settings()).toEqual({ advancementType: 'automatic', stages: OWN });
  });

  it('goes back to the base, and puts the settings back', async () => {
    await rig.make(start(v2, [5, 100]), { before });
    await rig.make(shares(5), { before });
    const back = { before, direction: 'back' } as const;
    const gone = { kind: 'retire', release: v2.id, keeps: v1.id } as const;
    // Not while it has a share.
    await expect(rig.send(gone, back)).rejects.toMatchObject({ failure: 'permanent' });
    await rig.make(route({ [v1.id]: 100 }), back);
    expect(rolling()?.state).toBe('ABORTED');
    await rig.make(gone, back);
    expect(await rig.visit('/?vcrrForceCanary=true')).toBe('v1');
    expect(settings()).toEqual({ advancementType: 'automatic', stages: OWN });
    expect((await rig.provider.observe()).releases.map(({ id }) => id)).toEqual([v1.id]);
  });

  it('approves one stage at a time, however far it is behind', async () => {
    await rig.make(start(v2, [5, 25, 50, 100]), { before });
    await rig.make(shares(5), { before });
    await rig.send(shares(50), { before });
    expect(rolling()?.stage).toBe(1);
    await rig.make(shares(50), { before });
    expect(rolling()?.stage).toBe(2);
  });

  it('finds it diverged when others complete, abort or go on with it', async () => {
    await rig.make(start(v2, [5, 25, 100]), { before });
    await rig.make(shares(5), { before });
    const done = { before, wasDone: true } as const;
    expect(await rig.settled(shares(5), done)).toEqual({ state: 'done' });
    const { platform } = rig.bed;
    const active = rolling();
    if (!active) throw new Error('no rolling release');
    active.stage = 1;
    expect(await rig.settled(shares(5), done)).toMatchObject({
      state: 'diverged',
      found: { percent: 25 },
    });
    platform.completeRolling(active);
    expect(await rig.settled(shares(5), done)).toMatchObject({ state: 'diverged' });
    expect(await rig.settled(shares(25), { before })).toMatchObject({ state: 'diverged' });
  });

  it('refuses the target while a rolling release of others is under way', async () => {
    const { platform } = rig.bed;
    const stranger = await rig.adopted('v9');
    expect(stranger.adopted).toBe(true);
    platform.startRolling([...platform.project.deployments.keys()].at(-1) ?? '');
    expect((await rig.provider.observe()).owner).toContain('rolling release');
    await rig.make(start(v2, [5, 100]), { before });
    await expect(rig.send(shares(5), { before })).rejects.toMatchObject({ failure: 'conflict' });
  });

  it('is refused before the first write where the plan has none, or too many stages', async () => {
    const told = async (weights: readonly number[]) =>
      (await rig.provider.review?.([start(v2, weights)], before))?.refusals.join();
    expect(await told([5, 100])).toBe('');
    expect(await told([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toContain('at most 10 stages');
    expect(await told([2.5])).toContain('whole percents');
    Object.assign(rig.bed.platform.settings, { plan: 'hobby' });
    expect(await told([5, 100])).toContain('plan_not_supported');
    expect(await told([100])).toBe('');
  });
});

describe('a switch in a project with rolling releases', () => {
  it('completes the one that its promotion starts', async () => {
    await rig.make(start(v2), { before });
    expect(settings()?.advancementType).toBe('automatic');
    await rig.make(route({ [v1.id]: 0, [v2.id]: 100 }), { before });
    expect(rolling()?.state).toBe('COMPLETE');
    expect(await rig.visit()).toBe('v2');
  });
});
