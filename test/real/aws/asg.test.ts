import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { queryListIn, queryTextIn } from '../../../src/clients/aws/query.ts';
import type { Operation, Release, Split } from '../../../src/contract/index.ts';
import { load } from '../../providers/local/load.ts';
import { Bed } from './bed/bed.ts';
import { AwsFixture, KEY } from './bed/fixture.ts';
import { Hands, shares } from './bed/hands.ts';
import { makeGroups, ownerQuery } from './bed/instance-owner.ts';
import { Ledger } from './bed/ledger.ts';

const ASG = {
  asg: { groups: { blue: 'shop-blue', green: 'shop-green' }, image: 'ami-00000000' },
};
const GOLDEN = new URL('../../../docs/aws/calls/asg.txt', import.meta.url);
const done = expect.objectContaining({ state: 'done' });
const start = (release: Release, capacity = 100) =>
  ({ kind: 'start', release, capacity, weights: [] }) as const;
const route = (split: Split) => ({ kind: 'route', split, match: null }) as const;

let bed: Bed;
let fixture: AwsFixture;
beforeAll(async () => {
  bed = await Bed.open();
});
/** Two instances of v1 serve, as their owner started them. */
beforeEach(async () => {
  fixture = await AwsFixture.open(bed, { takes: 'instance' }, ASG);
  await makeGroups(bed, fixture.network, { version: 'v1' });
  await new Hands(bed.client()).until(fixture.network.groups[0], ['healthy', 'healthy']);
});
afterEach(async () => {
  await fixture.close();
  await bed.reset();
});
afterAll(() => bed.close());

async function before() {
  const { releases, live, split, full } = await fixture.provider.observe();
  const release = releases.find(({ id }) => id === live)?.release as Release;
  return { live: release, split, units: full ?? 0 };
}

/** Minimum, wanted, and the version of the template, of both groups. */
async function sizes() {
  const said = await ownerQuery(bed, 'autoscaling')('DescribeAutoScalingGroups', {});
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
  const traffic = load(fixture.network.url);
  const ledger = new Ledger(bed, fixture.network);
  const v2 = await fixture.release('v2');
  expect(await fixture.make(start(v2, 50), { before: was })).toEqual(done);
  expect(await sizes()).toEqual(['1,2,1', '1,1,2']);
  const full = { kind: 'scale', release: v2.id, capacity: 100 } as const;
  expect(await fixture.make(full, { before: was })).toEqual(done);
  expect(await fixture.make(route({ [v2.id]: 100 }), { before: was })).toEqual(done);
  await fixture.make({ kind: 'promote', release: v2.id });
  await fixture.make({ kind: 'retire', release: was.live.id, keeps: v2.id });
  expect(await sizes()).toEqual(['0,0,1', '1,2,2']);
  await expect(`${ledger.told()}\n`).toMatchFileSnapshot(GOLDEN.pathname);
  const { releases } = await (await fixture.again()).observe();
  expect(releases.map(({ release }) => release)).toEqual([v2]);
  const now = await before();
  expect(await fixture.make(start(was.live), { before: now })).toEqual(done);
  await fixture.make(route({ [was.live.id]: 100 }));
  expect(await shares(fixture.network.url, 20)).toEqual({ v1: 20 });
  await fixture.make({ kind: 'promote', release: was.live.id });
  await fixture.make({ kind: 'retire', release: v2.id, keeps: was.live.id });
  expect(await fixture.make(start(v2), { before: now })).toEqual(done);
  expect(await sizes()).toEqual(['1,2,1', '1,2,2']);
  const { failures, requests } = await traffic.stop();
  expect(failures).toEqual([]);
  expect(requests).toBeGreaterThan(100);
});

test('instances are replaced in batches, and put back, without a failed request', async () => {
  const was = await before();
  const release = await fixture.release('v2');
  const traffic = load(fixture.network.url);
  for (const replaced of [1, 2, 0]) {
    const room = { of: 2, surge: 1, unavailable: 0 } as const;
    const batch = { kind: 'replace', release, from: was.live, replaced, ...room } as const;
    expect(await fixture.make(batch, { before: was })).toEqual(done);
    const { releases } = await fixture.provider.observe();
    const ready = Object.fromEntries(releases.map((one) => [one.id, one.ready]));
    expect([ready[release.id] ?? 0, ready[was.live.id] ?? 0]).toEqual([replaced, 2 - replaced]);
  }
  expect((await traffic.stop()).failures).toEqual([]);
});

test('launches that fail, a maximum that is too small, and a version that moves are told', async () => {
  const was = await before();
  const v2 = await fixture.release('v2');
  bed.instances.failing.set('shop-green', 'We currently do not have sufficient capacity');
  expect(await fixture.make(start(v2), { before: was })).toEqual({
    state: 'failed',
    reason: 'shop-green: We currently do not have sufficient capacity',
    logs: [],
  });
  await fixture.make({ kind: 'retire', release: v2.id, keeps: was.live.id }, { before: was });
  bed.instances.failing.clear();
  const call = ownerQuery(bed, 'autoscaling');
  await call('UpdateAutoScalingGroup', { AutoScalingGroupName: 'shop-green', MaxSize: 1 });
  await expect(fixture.make(start(v2), { before: was })).rejects.toThrow(
    'shop-green may have at most 1 instances',
  );
  await call('UpdateAutoScalingGroup', {
    AutoScalingGroupName: 'shop-green',
    'LaunchTemplate.LaunchTemplateName': 'shop',
    'LaunchTemplate.Version': '$Latest',
  });
  await vi.waitFor(async () =>
    expect((await fixture.provider.observe()).owner).toContain('launches $Latest of shop'),
  );
});

test('an instance refresh by other hands is told by its name before the first write, and no way back waits for it', async () => {
  const was = await before();
  const v2 = await fixture.release('v2');
  const told = async (operation: Operation) => fixture.provider.review?.([operation], was);
  expect(await told(start(v2))).toEqual({ refusals: [], notes: [] });
  bed.instances.refreshing.set('shop-blue', 'InProgress');
  expect((await told(start(v2)))?.refusals).toEqual([
    expect.stringMatching(/^an instance refresh of the Auto Scaling group shop-blue is under way/),
  ]);
  expect((await told(route({ [was.live.id]: 100 })))?.refusals).toEqual([]);
  bed.instances.refreshing.set('shop-blue', 'Successful');
  expect((await told(start(v2)))?.refusals).toEqual([]);
});

test('the documented policy is what was called for it, and what those calls need themselves', async () => {
  const text = await readFile(
    new URL('../../../docs/aws/policy-asg.json', import.meta.url),
    'utf8',
  );
  const { Statement } = JSON.parse(text) as { Statement: { Action: string[] }[] };
  const made = bed.front.calls
    .filter(
      ({ call: { caller } }) => caller.key === KEY && /^(autoscaling|ec2)$/.test(caller.service),
    )
    .map(({ call: { caller, action } }) => `${caller.service}:${action}`);
  const implied = ['ec2:RunInstances', 'iam:PassRole'];
  expect([...new Set([...made, ...implied])].sort()).toEqual(
    Statement.flatMap(({ Action }) => Action).sort(),
  );
});
