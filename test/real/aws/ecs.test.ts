import { expect, test, vi } from 'vitest';
import { load } from '../../providers/local/load.ts';
import { allowedBy, done, golden, route, start, useComputeScene } from './bed/compute-scene.ts';
import { Hands, shares } from './bed/hands.ts';
import { makeServices, ownerOf } from './bed/services.ts';

const ECS = {
  ecs: {
    cluster: 'shop',
    services: { blue: 'shop-blue', green: 'shop-green' },
    container: 'app',
    image: 'shop:none',
  },
};

/** Two tasks of v1 serve, as their owner started them. */
const scene = useComputeScene({
  settings: ECS,
  serving: async (bed, network) => {
    await makeServices(bed, network, { image: 'shop:v1' });
    await new Hands(bed.client()).until(network.groups[0], ['healthy', 'healthy']);
  },
});
const { before } = scene;

interface Described {
  readonly services: readonly { readonly desiredCount: number; readonly taskDefinition: string }[];
}
const services = async () =>
  (
    await ownerOf(scene.bed)<Described>('DescribeServices', {
      cluster: 'shop',
      services: ['shop-blue', 'shop-green'],
    })
  ).services;

test('a live service is taken as it is; the new revision is the live one with another image, and the way back is the recorded one', async () => {
  const was = await before();
  expect(was.live).toMatchObject({ version: 'shop-1', adopted: true });
  expect(was.units).toBe(2);
  const traffic = load(scene.fixture.network.url);
  const v2 = await scene.fixture.release('v2');
  expect(await scene.fixture.make(start(v2, 50), { before: was })).toEqual(done);
  expect((await services()).map(({ desiredCount }) => desiredCount)).toEqual([2, 1]);
  expect(
    await scene.fixture.make({ kind: 'scale', release: v2.id, capacity: 100 }, { before: was }),
  ).toEqual(done);
  expect(await scene.fixture.make(route({ [v2.id]: 100 }), { before: was })).toEqual(done);
  await scene.fixture.make({ kind: 'promote', release: v2.id });
  await scene.fixture.make({ kind: 'retire', release: was.live.id, keeps: v2.id });
  expect((await services()).map(({ desiredCount }) => desiredCount)).toEqual([0, 2]);
  const definition = { taskDefinition: 'shop:2', include: ['TAGS'] };
  expect(await ownerOf(scene.bed)('DescribeTaskDefinition', definition)).toMatchObject({
    taskDefinition: {
      cpu: '256',
      containerDefinitions: [{ image: 'shop:v2', environment: [{ name: 'COLOUR', value: 'any' }] }],
    },
    tags: [
      { key: 'team', value: 'shop' },
      { key: 'deployctl:release', value: v2.id },
    ],
  });
  // Another machine knows the whole of it.
  const { releases } = await (await scene.fixture.again()).observe();
  expect(releases.map(({ release }) => release)).toEqual([v2]);
  const now = await before();
  expect(await scene.fixture.make(start(was.live), { before: now })).toEqual(done);
  await scene.fixture.make(route({ [was.live.id]: 100 }));
  expect(await shares(scene.fixture.network.url, 20)).toEqual({ v1: 20 });
  await scene.fixture.make({ kind: 'promote', release: was.live.id });
  await scene.fixture.make({ kind: 'retire', release: v2.id, keeps: was.live.id });
  // And the same release again is the revision that was made for it.
  expect(await scene.fixture.make(start(v2), { before: now })).toEqual(done);
  expect((await services()).map(({ taskDefinition }) => taskDefinition.split('/')[1])).toEqual([
    'shop:1',
    'shop:2',
  ]);
  const { failures, requests } = await traffic.stop();
  expect(failures).toEqual([]);
  expect(requests).toBeGreaterThan(100);
});

test('every call of it is the one that the guide shows', async () => {
  const { there, back } = await scene.course();
  await expect(there).toMatchFileSnapshot(golden('ecs'));
  await expect(back).toMatchFileSnapshot(golden('ecs-rollback'));
});

test('what an autoscaler has raised is full capacity, and is not lowered', async () => {
  const call = ownerOf(scene.bed);
  await call('UpdateService', { cluster: 'shop', service: 'shop-blue', desiredCount: 3 });
  const was = await before();
  expect(was.units).toBe(3);
  const v2 = await scene.fixture.release('v2');
  expect(await scene.fixture.make(start(v2), { before: was })).toEqual(done);
  expect((await services())[1]?.desiredCount).toBe(3);
  await call('UpdateService', { cluster: 'shop', service: 'shop-green', desiredCount: 4 });
  expect(await scene.fixture.make(start(v2), { before: was })).toEqual(done);
  expect((await services())[1]?.desiredCount).toBe(4);
});

test('tasks that do not stay fail the start, with why they stopped and what they printed last', async () => {
  const was = await before();
  const bad = await scene.fixture.release('crash-9');
  expect(await scene.fixture.make(start(bad), { before: was })).toEqual({
    state: 'failed',
    reason: expect.stringMatching(
      /^shop-green: task \w+ stopped: Essential container in task exited; app exits with code 1$/,
    ),
    logs: ['log of web/app', 'cannot find the module it was made for'],
  });
  const signal = new AbortController().signal;
  const lines = await scene.fixture.provider.access?.logs(bad.id, { lines: 5, signal });
  expect(lines).toContain('cannot find the module it was made for');
  expect(
    await scene.fixture.make(
      { kind: 'retire', release: bad.id, keeps: was.live.id },
      { before: was },
    ),
  ).toEqual(done);
});

test('tasks are replaced in batches, and put back, without a failed request', async () => {
  const was = await before();
  const release = await scene.fixture.release('v2');
  const traffic = load(scene.fixture.network.url);
  for (const replaced of [1, 2, 0]) {
    const batch = {
      kind: 'replace',
      release,
      from: was.live,
      replaced,
      of: 2,
      surge: 1,
      unavailable: 0,
    } as const;
    expect(await scene.fixture.make(batch, { before: was })).toEqual(done);
    const { releases, split } = await scene.fixture.provider.observe();
    const ready = Object.fromEntries(releases.map((one) => [one.id, one.ready]));
    expect([ready[release.id] ?? 0, ready[was.live.id] ?? 0]).toEqual([replaced, 2 - replaced]);
    expect(split?.[release.id] ?? 0).toBeCloseTo(50 * replaced, 1);
  }
  expect((await traffic.stop()).failures).toEqual([]);
});

test('the documented policy is what was called for it, and what those calls need themselves', async () => {
  const implied = ['ecs:TagResource', 'iam:PassRole'];
  const made = scene.actions(/^(ecs|logs)$/);
  expect([...made, ...implied].sort()).toEqual(await allowedBy('policy-ecs'));
});

test('services that others deploy are theirs', async () => {
  scene.bed.tasks.strategies.set('shop-blue', 'BLUE_GREEN');
  await vi.waitFor(
    async () =>
      expect((await scene.fixture.provider.observe()).owner).toContain(
        'ECS itself moves the traffic of the service shop-blue',
      ),
    20_000,
  );
});
