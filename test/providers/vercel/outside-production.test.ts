import { afterEach, describe, expect, it } from 'vitest';
import { settings } from '../../../providers/vercel/settings.ts';
import type { Release } from '../../../src/contract/index.ts';
import { create } from '../../beds/vercel/client.ts';
import { createRig, promote, type Rig, route, start } from './rig.ts';

let rig: Rig;
afterEach(async () => {
  const told = rig.bed.violations();
  const strange = rig.bed.calls.filter(({ undocumented }) => undocumented);
  await rig.close();
  expect([told, strange]).toEqual([[], []]);
});

const names = () => rig.bed.platform.project.domains.filter(({ alias }) => alias);
const idsOf = () => [...rig.bed.platform.project.deployments.keys()];

async function switched(from: Release, to: Release): Promise<void> {
  const before = await rig.before();
  await rig.make(start(to), { before });
  await rig.make(route({ [from.id]: 0, [to.id]: 100 }), { before });
  await rig.make(promote(to), { before });
  await rig.make({ kind: 'retire', release: from.id, keeps: to.id }, { before });
}

describe.each(['preview', 'qa'])('outside production, in %s', (target) => {
  it('its names lead to what is live, and go back to what was, without another build', async () => {
    rig = await createRig({ aliases: 2 }, target);
    const stranger = await create(rig.bed, 'production');
    rig.bed.platform.point(stranger, 'promote');
    const v1 = await rig.serving('v1');
    const v2 = await rig.release('v2');
    await switched(v1, v2);
    expect(await rig.visit()).toBe('v2');
    const seen = await rig.provider.observe();
    expect(seen).toMatchObject({ live: v2.id, split: { [v2.id]: 100 }, baseline: {} });
    expect(seen.releases.map(({ id }) => id)).toEqual([v2.id]);
    await switched(v2, v1);
    expect(await rig.visit()).toBe('v1');
    const [, first] = idsOf();
    expect(names().map(({ deployment }) => deployment)).toEqual([first, first]);
    expect(idsOf()).toHaveLength(3);
    expect(rig.bed.platform.project.production).toBe(stranger);
    const made = [...rig.bed.platform.project.deployments.values()].slice(1);
    expect(made.map((one) => [one.target, one.environment])).toEqual(
      made.map(() => [null, target === 'preview' ? null : target]),
    );
  });

  it('a name that a lost call has left behind is led there by the next one', async () => {
    rig = await createRig({ aliases: 2 }, target);
    const v1 = await rig.serving('v1');
    const before = await rig.before();
    const v2 = await rig.release('v2');
    await rig.make(start(v2), { before });
    const change = route({ [v1.id]: 0, [v2.id]: 100 });
    const on = 'POST /v2/deployments/{id}/aliases';
    rig.bed.platform.troubles.add({ on, after: 1, effect: false, answer: 'cut' });
    await expect(rig.send(change, { before })).rejects.toMatchObject({ failure: 'unknown' });
    expect(await rig.settled(change, { before })).toMatchObject({ state: 'pending', again: true });
    await rig.make(change, { before });
    expect(new Set(names().map(({ deployment }) => deployment)).size).toBe(1);
  });

  it('another deployment at its name is divergence, and is not overwritten', async () => {
    rig = await createRig({ aliases: 1 }, target);
    const v1 = await rig.serving('v1');
    const before = await rig.before();
    const v2 = await rig.release('v2');
    await rig.make(start(v2), { before });
    const other = await create(rig.bed, 'v9', { target: 'staging' });
    Object.assign(names()[0] ?? {}, { deployment: other });
    const change = route({ [v1.id]: 0, [v2.id]: 100 });
    expect(await rig.settled(change, { before })).toMatchObject({
      state: 'diverged',
      found: { production: other },
    });
    await expect(rig.send(change, { before: { ...before, baseline: {} } })).rejects.toMatchObject({
      failure: 'conflict',
    });
  });

  it('takes away a candidate that never served', async () => {
    rig = await createRig({ aliases: 1 }, target);
    const v1 = await rig.serving('v1');
    const before = await rig.before();
    const v2 = await rig.release('v2');
    await rig.make(start(v2), { before });
    const back = { before, direction: 'back' } as const;
    await rig.make({ kind: 'retire', release: v2.id, keeps: v1.id }, back);
    expect(idsOf()).toHaveLength(1);
  });
});

it('is another place and another release than production', async () => {
  rig = await createRig({ aliases: 1 }, 'preview');
  expect(rig.provider.identity).toMatchObject({
    label: expect.stringContaining('preview'),
    place: { target: 'preview' },
  });
  const here = await rig.release('v1');
  const there = await rig.release('v1', {}, { target: 'production', aliases: [] });
  expect(here.id).not.toBe(there.id);
});

it('has no canary, and no environment that the project does not have', async () => {
  rig = await createRig({ aliases: 1 }, 'qb');
  const told = await rig.provider.review?.([start(await rig.release('v1'), [10, 100])], {
    live: null,
    split: null,
    units: 0,
  });
  expect(told?.refusals.join()).toMatch(/production only.*no environment qb.*qa/);
  expect((await rig.provider.observe()).capabilities.weights).toEqual({ only: [] });
});

it('needs a name, which production does not take', async () => {
  rig = await createRig();
  expect(settings.safeParse({ target: 'preview' }).success).toBe(false);
  expect(settings.safeParse({ aliases: ['a.vercel.app'] }).success).toBe(false);
  expect(settings.safeParse({ target: 'preview', aliases: ['a.vercel.app'] }).success).toBe(true);
});
