import { expect, test, vi } from 'vitest';
import { queryListIn, queryTextIn } from '../../../src/clients/aws/query.ts';
import type { Operation } from '../../../src/contract/index.ts';
import { load } from '../../providers/local/load.ts';
import {
  allowedBy,
  done,
  golden,
  route,
  start,
  turnTo,
  useComputeScene,
} from './bed/compute-scene.ts';
import { Hands, shares } from './bed/hands.ts';
import { makeGroups, ownerQuery } from './bed/instance-owner.ts';
import { Ledger } from './bed/ledger.ts';

const ASG = {
  asg: { groups: { blue: 'shop-blue', green: 'shop-green' }, image: 'ami-00000000' },
};

/** Two instances of v1 serve, as their owner started them. */
const scene = useComputeScene({
  network: { takes: 'instance' },
  settings: ASG,
  serving: async (bed, network) => {
    await makeGroups(bed, network, { version: 'v1' });
    await new Hands(bed.client()).until(network.groups[0], ['healthy', 'healthy']);
  },
});
const { before } = scene;

/** Minimum, wanted, and the version of the template, of both groups. */
async function sizes() {
  const said = await ownerQuery(scene.bed, 'autoscaling')('DescribeAutoScalingGroups', {});
  return queryListIn(said, 'DescribeAutoScalingGroupsResult', 'AutoScalingGroups').map((group) =>
    [
      queryTextIn(group, 'MinSize'),
      queryTextIn(group, 'DesiredCapacity'),
      queryTextIn(group, 'LaunchTemplate', 'Version'),
    ].join(),
  );
}

test('a live group is taken as it is, its floor goes along with what serves, and each version is found again', async () => {
  const was = await before();
  expect(was.live).toMatchObject({ version: 'shop-1', adopted: true });
  expect(was.units).toBe(2);
  const traffic = load(scene.fixture.network.url);
  const ledger = new Ledger(scene.bed, scene.fixture.network);
  const v2 = await scene.fixture.release('v2');
  expect(await scene.fixture.make(start(v2, 50), { before: was })).toEqual(done);
  expect(await sizes()).toEqual(['1,2,1', '1,1,2']);
  const full = { kind: 'scale', release: v2.id, capacity: 100 } as const;
  expect(await scene.fixture.make(full, { before: was })).toEqual(done);
  expect(await scene.fixture.make(route({ [v2.id]: 100 }), { before: was })).toEqual(done);
  await scene.fixture.make({ kind: 'promote', release: v2.id });
  await scene.fixture.make({ kind: 'retire', release: was.live.id, keeps: v2.id });
  expect(await sizes()).toEqual(['0,0,1', '1,2,2']);
  await expect(`${ledger.told()}\n`).toMatchFileSnapshot(golden('asg'));
  const { releases } = await (await scene.fixture.again()).observe();
  expect(releases.map(({ release }) => release)).toEqual([v2]);
  const now = await before();
  const back = new Ledger(scene.bed, scene.fixture.network);
  await turnTo(scene.fixture, was.live, now);
  await expect(`${back.told()}\n`).toMatchFileSnapshot(golden('asg-rollback'));
  expect(await shares(scene.fixture.network.url, 20)).toEqual({ v1: 20 });
  expect(await scene.fixture.make(start(v2), { before: now })).toEqual(done);
  expect(await sizes()).toEqual(['1,2,1', '1,2,2']);
  const { failures, requests } = await traffic.stop();
  expect(failures).toEqual([]);
  expect(requests).toBeGreaterThan(100);
});

test('instances are replaced in batches, and put back, without a failed request', async () => {
  const was = await before();
  const release = await scene.fixture.release('v2');
  const traffic = load(scene.fixture.network.url);
  for (const replaced of [1, 2, 0]) {
    const room = { of: 2, surge: 1, unavailable: 0 } as const;
    const batch = { kind: 'replace', release, from: was.live, replaced, ...room } as const;
    expect(await scene.fixture.make(batch, { before: was })).toEqual(done);
    const { releases } = await scene.fixture.provider.observe();
    const ready = Object.fromEntries(releases.map((one) => [one.id, one.ready]));
    expect([ready[release.id] ?? 0, ready[was.live.id] ?? 0]).toEqual([replaced, 2 - replaced]);
  }
  expect((await traffic.stop()).failures).toEqual([]);
});

test('launches that fail, a maximum that is too small, and a version that moves are told', async () => {
  const was = await before();
  const v2 = await scene.fixture.release('v2');
  scene.bed.instances.failing.set('shop-green', 'We currently do not have sufficient capacity');
  expect(await scene.fixture.make(start(v2), { before: was })).toEqual({
    state: 'failed',
    reason: 'shop-green: We currently do not have sufficient capacity',
    logs: [],
  });
  await scene.fixture.make({ kind: 'retire', release: v2.id, keeps: was.live.id }, { before: was });
  scene.bed.instances.failing.clear();
  const call = ownerQuery(scene.bed, 'autoscaling');
  await call('UpdateAutoScalingGroup', { AutoScalingGroupName: 'shop-green', MaxSize: 1 });
  await expect(scene.fixture.make(start(v2), { before: was })).rejects.toThrow(
    'shop-green may have at most 1 instances',
  );
  await call('UpdateAutoScalingGroup', {
    AutoScalingGroupName: 'shop-green',
    'LaunchTemplate.LaunchTemplateName': 'shop',
    'LaunchTemplate.Version': '$Latest',
  });
  await vi.waitFor(
    async () =>
      expect((await scene.fixture.provider.observe()).owner).toContain('launches $Latest of shop'),
    20_000,
  );
});

test('an instance refresh by other hands is told by its name before the first write, and no way back waits for it', async () => {
  const was = await before();
  const v2 = await scene.fixture.release('v2');
  const told = async (operation: Operation) => scene.fixture.provider.review?.([operation], was);
  expect(await told(start(v2))).toEqual({ refusals: [], notes: [] });
  scene.bed.instances.refreshing.set('shop-blue', 'InProgress');
  expect((await told(start(v2)))?.refusals).toEqual([
    expect.stringMatching(/^an instance refresh of the Auto Scaling group shop-blue is under way/),
  ]);
  expect((await told(route({ [was.live.id]: 100 })))?.refusals).toEqual([]);
  scene.bed.instances.refreshing.set('shop-blue', 'Successful');
  expect((await told(start(v2)))?.refusals).toEqual([]);
});

test('the documented policy is what was called for it, and what those calls need themselves', async () => {
  const implied = ['ec2:RunInstances', 'iam:PassRole'];
  const made = scene.actions(/^(autoscaling|ec2)$/);
  expect([...made, ...implied].sort()).toEqual(await allowedBy('policy-asg'));
});
