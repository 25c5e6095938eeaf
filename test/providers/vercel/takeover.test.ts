import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject, OperationContext, Provider } from '../../../src/contract/index.ts';
import type { Handlers } from '../../beds/vercel/api/answer.ts';
import { PROJECTS } from '../../beds/vercel/api/projects.ts';
import { asking } from '../../helpers/calls.ts';
import { createRig, promote, type Rig, route, start } from './rig.ts';

const PROJECT = 'GET /v9/projects/{idOrName}';
const CREATE = 'POST /v13/deployments';
const PROMOTE = 'POST /v10/projects/{projectId}/promote/{deploymentId}';
/** What others set meanwhile: as in ours, every stage waits for a person. */
const THEIRS = {
  advancementType: 'manual-approval',
  stages: [{ targetPercentage: 5 }, { targetPercentage: 100 }],
} as const;

/** What is told of the change of production that was asked for last; null for the truth. */
let told: JsonObject | null = null;
const planted: Handlers = {
  [PROJECT]: async (call) => {
    const answer = (await PROJECTS[PROJECT]?.(call)) ?? { status: 500 };
    if (told === null || answer.status !== 200) return answer;
    return { ...answer, body: { ...(answer.body as JsonObject), lastAliasRequest: told } };
  },
};

let rig: Rig;
afterEach(async () => {
  told = null;
  const violations = rig.bed.violations();
  await rig.close();
  expect(violations).toEqual([]);
});

const project = () => rig.bed.platform.project;
const sent = (on: string) => rig.bed.calls.filter(({ name }) => name === on).length;
/** The process that has begun, and one that takes over and has seen nothing. */
const both = async (): Promise<readonly Provider[]> => [rig.provider, await rig.again()];

describe('whoever takes over, of the settings of rolling releases', () => {
  it('leaves those of others, as whoever began would, where ours needs none', async () => {
    rig = await createRig();
    const v1 = await rig.serving('v1');
    const before = await rig.before();
    const v2 = await rig.release('v2');
    await rig.make(start(v2), { before });
    await rig.make(route({ [v1.id]: 0, [v2.id]: 100 }), { before });
    project().rollingConfig = THEIRS;
    const gone = { kind: 'retire', release: v1.id, keeps: v2.id } as const;
    for (const provider of await both())
      for (const operation of [promote(v2), gone]) {
        expect(await rig.settled(operation, { before }, provider)).toEqual({ state: 'done' });
        await rig.send(operation, { before }, provider);
      }
    expect(project().rollingConfig).toEqual(THEIRS);
  });

  it('puts them back after a canary, and leaves what others have set since', async () => {
    rig = await createRig();
    const v1 = await rig.serving('v1');
    const before = await rig.before();
    const v2 = await rig.release('v2');
    await rig.make(start(v2, [10, 50, 100]), { before });
    for (const share of [10, 50, 100])
      await rig.make(route({ [v1.id]: 100 - share, [v2.id]: share }), { before });
    for (const provider of await both())
      expect(await rig.settled(promote(v2), { before }, provider)).toMatchObject({ again: true });
    const ours = project().rollingConfig;
    project().rollingConfig = THEIRS;
    for (const provider of await both()) {
      expect(await rig.settled(promote(v2), { before }, provider)).toEqual({ state: 'done' });
      await rig.send(promote(v2), { before }, provider);
    }
    expect(project().rollingConfig).toEqual(THEIRS);
    project().rollingConfig = ours;
    await rig.send(promote(v2), { before }, await rig.again());
    expect(project().rollingConfig).toBeNull();
  });
});

describe('whoever takes over a start', () => {
  it('asks for no second build while the list lags', async () => {
    let ahead = 0;
    rig = await createRig({ settings: { listLag: 600_000, now: () => Date.now() + ahead } });
    const v1 = await rig.release('v1');
    rig.bed.platform.troubles.add({ on: CREATE, after: 1, effect: true, answer: 'cut' });
    await expect(rig.send(start(v1), { key: 'k' })).rejects.toMatchObject({ failure: 'unknown' });
    const providers = await both();
    for (const provider of providers) {
      const seen = await provider.verify(start(v1), asking('k'));
      expect(seen).toEqual({
        state: 'pending',
        progress: 'waiting until Vercel lists what was asked for',
      });
      await rig.send(start(v1), { key: 'k' }, provider);
    }
    ahead = 600_000;
    for (const provider of providers)
      expect(await rig.settled(start(v1), { key: 'k' }, provider)).toMatchObject({ state: 'done' });
    expect(project().deployments.size).toBe(1);
  });

  it('that never reached Vercel asks for it once the list must tell of it', async () => {
    rig = await createRig({ settings: { listLag: 300 } });
    const v1 = await rig.release('v1');
    const seen = await rig.provider.verify(start(v1), asking('k'));
    expect(seen).not.toHaveProperty('again');
    expect(await rig.settled(start(v1), { key: 'k' })).toMatchObject({ again: true });
    await rig.make(start(v1), { key: 'k' });
    expect(project().deployments.size).toBe(1);
  });

  it('waits for nothing where it sends it first, and where it was done before', async () => {
    rig = await createRig({ settings: { listLag: 600_000 } });
    const [v1, v2] = [await rig.release('v1'), await rig.release('v2')];
    await rig.send(start(v1), { key: 'k' });
    expect(project().deployments.size).toBe(1);
    const gone = { wasDone: true } as const;
    expect(await rig.provider.verify(start(v2), asking('l', gone))).toMatchObject({ again: true });
  });
});

describe('whoever takes over a change of production', () => {
  it.each([
    ['before it was sent', false],
    ['after it was sent', true],
  ])('takes a failure of an earlier one for none of ours, %s', async (_, isSent) => {
    rig = await createRig({ planted });
    const v1 = await rig.serving('v1');
    const before = await rig.before();
    const v2 = await rig.release('v2');
    await rig.make(start(v2), { before });
    const [from = '', to = ''] = project().deployments.keys();
    told = {
      fromDeploymentId: from,
      toDeploymentId: to,
      jobStatus: 'failed',
      requestedAt: 5,
      type: 'promote',
    };
    const change = route({ [v1.id]: 0, [v2.id]: 100 });
    const context: Partial<OperationContext> = { before, key: 'k' };
    rig.bed.platform.troubles.add({ on: PROMOTE, effect: false, answer: { status: 201 } });
    if (isSent) await rig.send(change, context);
    for (const provider of await both())
      expect(await provider.verify(change, asking('k', context))).toEqual({
        state: 'pending',
        progress: 'not asked for yet',
        again: true,
      });
    const other = await rig.again();
    await other.verify(change, asking('k', context));
    told = null;
    const asked = sent(PROMOTE);
    await rig.send(change, context, other);
    expect(sent(PROMOTE)).toBe(asked + 1);
  });

  it('goes by a failure once it has asked for the change itself', async () => {
    rig = await createRig({ domains: 3 });
    const v1 = await rig.serving('v1');
    const before = await rig.before();
    const v2 = await rig.release('v2');
    await rig.make(start(v2), { before });
    Object.assign(project().domains[2] ?? {}, { fails: true });
    const change = route({ [v1.id]: 0, [v2.id]: 100 });
    const context = { before, key: 'k' };
    await rig.send(change, context);
    expect(await rig.settled(change, context)).toMatchObject({ state: 'failed' });
    const other = await rig.again();
    expect(await other.verify(change, asking('k', context))).toMatchObject({ state: 'pending' });
    await rig.send(change, context, other);
    expect(await rig.settled(change, context, other)).toMatchObject({ state: 'failed' });
  });
});
