import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Before, Verification } from '../../../src/contract/index.ts';
import { asking } from '../../helpers/calls.ts';
import { createRig, type Rig, start } from './rig.ts';

let rig: Rig;
let before: Before;
/** Ms by which the platform's clock is ahead; it stands still otherwise. */
let ahead: number;
const began = Date.now();
beforeEach(async () => {
  ahead = 0;
  rig = await createRig({ settings: { now: () => began + ahead } });
  await rig.serving('v1');
  before = await rig.before();
});
afterEach(async () => {
  const told = rig.bed.violations();
  await rig.close();
  expect(told).toEqual([]);
});

const building = (said: object) => rig.release('v2', { 'bed.json': JSON.stringify(said) });

/** Looked at until it is another answer than before the platform's clock was set. */
async function looked(act: () => Promise<Verification>, wanted: object): Promise<Verification> {
  let seen: Verification | null = null;
  await expect
    .poll(async () => {
      seen = await act();
      return seen;
    })
    .toMatchObject(wanted);
  return seen as unknown as Verification;
}

describe('a build', () => {
  it('tells each line that it writes once, in order', async () => {
    const lines = ['one', 'two', 'three', 'four'];
    const v2 = await building({ takes: 4000, lines });
    await rig.send(start(v2), { before, key: 'k' });
    const told: string[] = [];
    const look = async () => {
      const seen = await rig.provider.verify(start(v2), asking('k', { before }));
      if (seen.state === 'pending') told.push(...(seen.lines ?? []));
      return seen;
    };
    for (const [at, wanted] of [
      [1000, ['one']],
      [1500, ['one']],
      [3000, ['one', 'two', 'three']],
    ] as const) {
      ahead = at;
      await expect
        .poll(async () => {
          await look();
          return told;
        })
        .toEqual(wanted);
    }
    ahead = 4000;
    await looked(look, { state: 'done' });
  });

  it.each([
    ['BLOCKED', /BLOCKED: .*reached its limit/],
    ['ERROR', /BUILD_FAILED.*https:\/\/vercel\.com\/docs\/errors\/build/],
  ])('that ends %s fails with its reason, its code and its last lines', async (end, reason) => {
    const v2 = await building({ build: end, lines: ['installing', 'compiling'] });
    await rig.send(start(v2), { before, key: 'k' });
    const seen = await rig.settled(start(v2), { before, key: 'k' });
    expect(seen).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(reason),
      logs: expect.arrayContaining(['installing', 'compiling']),
    });
  });

  it('that somebody else cancels fails, and says so', async () => {
    const v2 = await building({ takes: 60_000 });
    await rig.send(start(v2), { before, key: 'k' });
    const [, made] = [...rig.bed.platform.project.deployments.values()];
    Object.assign(made ?? {}, { canceledAt: began });
    expect(await rig.settled(start(v2), { before, key: 'k' })).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('CANCELED'),
    });
  });

  it('is canceled before it is removed, when its deployment is given up', async () => {
    const v2 = await building({ takes: 60_000 });
    await rig.send(start(v2), { before });
    const from = rig.bed.calls.length;
    const retire = { kind: 'retire', release: v2.id, keeps: before.live?.id ?? null } as const;
    await rig.make(retire, { before, direction: 'back' });
    const changes = rig.bed.calls.slice(from).filter(({ method }) => method !== 'GET');
    expect(changes.map(({ name, status }) => [name, status])).toEqual([
      ['PATCH /v12/deployments/{id}/cancel', 200],
      ['DELETE /v13/deployments/{id}', 200],
    ]);
    expect(rig.bed.platform.project.deployments.size).toBe(1);
  });

  it('that ends just when it is to be canceled is removed all the same', async () => {
    const v2 = await building({ takes: 60_000 });
    await rig.send(start(v2), { before });
    const over = { status: 400, body: { error: { code: 'bad_request', message: 'It is READY' } } };
    const on = 'PATCH /v12/deployments/{id}/cancel';
    rig.bed.platform.troubles.add({ on, effect: false, answer: over });
    const retire = { kind: 'retire', release: v2.id, keeps: before.live?.id ?? null } as const;
    await rig.make(retire, { before, direction: 'back' });
    expect(rig.bed.platform.project.deployments.size).toBe(1);
  });

  it('is waited for until the checks of integrations have passed', async () => {
    const v2 = await building({ checks: { take: 1000, end: 'succeeded' } });
    await rig.send(start(v2), { before });
    const look = () => rig.provider.verify(start(v2), asking('k', { before }));
    await looked(look, { state: 'pending', progress: 'checks at Vercel are running' });
    ahead = 1000;
    await looked(look, { state: 'done' });
  });

  it('is no candidate when those checks fail', async () => {
    const v2 = await building({ checks: { take: 0, end: 'failed' } });
    await rig.send(start(v2), { before });
    expect(await rig.settled(start(v2), { before })).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('checks at Vercel did not pass'),
    });
  });

  it('that others give the domains of production before it was checked is divergence', async () => {
    const v2 = await building({});
    await rig.send(start(v2), { before });
    rig.bed.platform.point([...rig.bed.platform.project.deployments.keys()][1] ?? '', 'promote');
    expect(await rig.settled(start(v2), { before })).toMatchObject({ state: 'diverged' });
  });
});
