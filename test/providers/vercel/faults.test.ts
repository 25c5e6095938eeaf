import { afterEach, describe, expect, it } from 'vitest';
import { throttled } from '../../beds/vercel/platform/trouble.ts';
import { asking } from '../../helpers/calls.ts';
import { createRig, type Rig, start } from './rig.ts';

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
