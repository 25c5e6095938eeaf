import { afterEach, describe, expect, it } from 'vitest';
import { throttled } from '../../beds/vercel/platform/trouble.ts';
import { asking } from '../../helpers/calls.ts';
import { createRig, type Rig, route, start } from './rig.ts';

let rig: Rig;
afterEach(async () => {
  const told = rig.bed.violations();
  await rig.close();
  expect(told).toEqual([]);
});

describe('a list that lags', () => {
  it('leads to no second build, even when the answer was lost', async () => {
    let ahead = 0;
    rig = await createRig({ settings: { listLag: 600_000, now: () => Date.now() + ahead } });
    const v1 = await rig.release('v1');
    rig.bed.platform.troubles.add({
      on: 'POST /v13/deployments',
      after: 1,
      effect: true,
      answer: 'cut',
    });
    await expect(rig.send(start(v1), { key: 'k' })).rejects.toMatchObject({ failure: 'unknown' });
    const seen = await rig.provider.verify(start(v1), asking('k'));
    expect(seen).toMatchObject({ state: 'pending', progress: expect.stringContaining('lists') });
    await rig.send(start(v1), { key: 'k' });
    ahead = 600_000;
    expect(await rig.settled(start(v1), { key: 'k' })).toMatchObject({ state: 'done' });
    expect(rig.bed.platform.project.deployments.size).toBe(1);
  });
});

describe('what is refused', () => {
  it('says what Vercel says, by its code', async () => {
    rig = await createRig();
    const v1 = await rig.release('v1');
    const on = 'POST /v13/deployments';
    const answer = (status: number, code: string) => ({
      status,
      body: { error: { code, message: 'Because.' } },
    });
    for (const [status, code, failure] of [
      [402, 'payment_required', 'permanent'],
      [403, 'forbidden', 'denied'],
      [409, 'conflict', 'conflict'],
      [400, 'bad_request', 'permanent'],
      [422, 'unprocessable_entity', 'permanent'],
    ] as const) {
      rig.bed.platform.troubles.add({ on, effect: false, answer: answer(status, code) });
      const refused = rig.send(start(v1));
      await expect(refused).rejects.toMatchObject({
        failure,
        status,
        message: expect.stringContaining(`Because. (${status}, ${code})`),
      });
    }
  });

  it('goes back by a promotion of the same build where Vercel rolls back to no such deployment', async () => {
    rig = await createRig();
    const v1 = await rig.serving('v1');
    const before = await rig.before();
    const v2 = await rig.serving('v2');
    const answer = { status: 422, body: { error: { code: 'unprocessable', message: 'No.' } } };
    const on = 'POST /v1/projects/{projectId}/rollback/{deploymentId}';
    rig.bed.platform.troubles.add({ on, effect: false, answer });
    await rig.make(route({ [v1.id]: 100, [v2.id]: 0 }), { before, direction: 'back' });
    expect(await rig.visit()).toBe('v1');
    expect(rig.bed.platform.request()?.type).toBe('promote');
    expect(rig.bed.platform.project.deployments.size).toBe(2);
  });

  it('is nothing where it is so already, or will be by another hand: it is read back', async () => {
    rig = await createRig();
    const v1 = await rig.serving('v1');
    const before = await rig.before();
    const v2 = await rig.release('v2');
    await rig.make(start(v2), { before });
    const change = route({ [v1.id]: 0, [v2.id]: 100 });
    const answer = { status: 409, body: { error: { code: 'conflict', message: 'It is so.' } } };
    const on = 'POST /v10/projects/{projectId}/promote/{deploymentId}';
    rig.bed.platform.troubles.add({ on, effect: true, answer });
    await expect(rig.send(change, { before })).rejects.toMatchObject({ failure: 'conflict' });
    expect(await rig.settled(change, { before })).toEqual({ state: 'done' });
  });

  it('waits as long as it is told to', async () => {
    rig = await createRig();
    rig.bed.platform.troubles.add({
      on: 'GET /v9/projects/{idOrName}',
      effect: false,
      answer: throttled(7),
    });
    await expect(rig.provider.observe()).rejects.toMatchObject({
      failure: 'throttled',
      retryAfter: 7000,
    });
  });

  it('is no credential that says nothing', async () => {
    rig = await createRig();
    Object.assign(rig.bed.platform.settings, { token: 'another' });
    await expect(rig.provider.observe()).rejects.toMatchObject({ failure: 'denied' });
  });
});
