import {
  CreateRuleCommand,
  ModifyTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Release, Split } from '../../../src/contract/index.ts';
import { asking } from '../../helpers/calls.ts';
import { load } from '../../providers/local/load.ts';
import { Bed } from './bed/bed.ts';
import { AwsFixture } from './bed/fixture.ts';
import { ask, Hands, shares } from './bed/hands.ts';

let bed: Bed;
let fixture: AwsFixture;
let hands: Hands;

beforeAll(async () => {
  bed = await Bed.open();
  hands = new Hands(bed.client());
});
afterEach(async () => {
  await fixture.close();
  await bed.reset();
});
afterAll(() => bed.close());

const start = (release: Release) =>
  ({ kind: 'start', release, capacity: 100, weights: [] }) as const;
const route = (split: Split) => ({ kind: 'route', split, match: null }) as const;
const done = expect.objectContaining({ state: 'done' });

/** What was live before, as the plan of the deployment has it. */
async function before() {
  const { releases, live, split } = await fixture.provider.observe();
  const release = releases.find(({ id }) => id === live)?.release ?? null;
  return { live: release, split, units: 2 };
}

async function serving(version: string): Promise<Release> {
  const release = await fixture.release(version);
  await fixture.make(start(release));
  await fixture.make(route({ [release.id]: 100 }));
  await fixture.make({ kind: 'promote', release: release.id });
  return release;
}

test('what serves already is taken as it is, and a new version comes and goes without a failed request', async () => {
  fixture = await AwsFixture.open(bed);
  await fixture.adopt('v1');
  const was = await before();
  expect(was.live).toMatchObject({ version: expect.stringContaining('blue'), adopted: true });
  expect(was.split).toEqual({ [was.live?.id ?? '']: 100 });

  const traffic = load(fixture.network.url);
  const v2 = await fixture.release('v2');
  expect(await fixture.make(start(v2), { before: was })).toEqual(done);
  expect((await before()).live?.id).toBe(was.live?.id);
  expect(await shares(fixture.network.url, 20)).toEqual({ v1: 20 });
  for (const weight of [10, 50, 100]) {
    const split = { [was.live?.id ?? '']: 100 - weight, [v2.id]: weight };
    expect(await fixture.make(route(split), { before: was })).toEqual(done);
    const wanted = weight === 100 ? ['v2'] : ['v1', 'v2'];
    // The load takes its turns as well, so that a share is not exact for whoever else asks.
    await vi.waitFor(
      async () => expect(Object.keys(await shares(fixture.network.url, 40)).sort()).toEqual(wanted),
      20_000,
    );
  }
  await fixture.make({ kind: 'promote', release: v2.id });
  await fixture.make({ kind: 'retire', release: was.live?.id ?? '', keeps: v2.id });
  const seen = await fixture.provider.observe();
  expect(seen).toMatchObject({ live: v2.id, split: { [v2.id]: 100 } });
  expect(seen.releases.map(({ id, release }) => [id, release])).toEqual([[v2.id, v2]]);

  expect(await fixture.make(start(was.live as Release), { before: await before() })).toEqual(done);
  expect(await fixture.make(route({ [was.live?.id ?? '']: 100 }))).toEqual(done);
  expect(await shares(fixture.network.url, 20)).toEqual({ v1: 20 });
  const { failures, requests } = await traffic.stop();
  expect(failures).toEqual([]);
  expect(requests).toBeGreaterThan(200);
});

test('a candidate is reached by its header before it has any traffic, and by nothing once it is gone', async () => {
  fixture = await AwsFixture.open(bed);
  const v1 = await serving('v1');
  const v2 = await fixture.release('v2');
  await fixture.make(start(v2));
  const { signal } = new AbortController();
  const way = await fixture.provider.access?.reach(v2.id, signal);
  expect(way?.url).toBe(fixture.network.url);
  const headers = way?.headers as Record<string, string>;
  expect((await ask(fixture.network.url, headers)).version).toBe('v2');
  expect(await shares(fixture.network.url, 20)).toEqual({ v1: 20 });
  expect(await fixture.make({ kind: 'retire', release: v2.id, keeps: v1.id })).toEqual(done);
  expect((await ask(fixture.network.url, headers)).version).toBe('v1');
  expect(await fixture.provider.access?.reach(v2.id, signal)).toBeNull();
});

test('requests with a header of the plan reach the candidate, until the plan wants it no more', async () => {
  fixture = await AwsFixture.open(bed);
  const v1 = await serving('v1');
  const v2 = await fixture.release('v2');
  await fixture.make(start(v2));
  const match = { release: v2.id, header: { name: 'x-beta', value: 'yes' } };
  const to = { ...route({ [v1.id]: 100 }), match };
  expect(await fixture.make(to)).toEqual(done);
  expect((await ask(fixture.network.url, { 'x-beta': 'yes' })).version).toBe('v2');
  expect(await fixture.provider.observe()).toMatchObject({ match });
  expect(await fixture.make(route({ [v1.id]: 100 }))).toEqual(done);
  expect((await ask(fixture.network.url, { 'x-beta': 'yes' })).version).toBe('v1');
});

test('what else the action says stays as it is, and so do the rules of others', async () => {
  fixture = await AwsFixture.open(bed, {}, { allowSticky: true });
  const { listener, groups } = fixture.network;
  await fixture.adopt('v1');
  const sticky = { TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 77 } };
  await hands.weigh({ ...fixture.network, groups: groups.slice(0, 1) }, [1], sticky);
  await bed.client().send(
    new CreateRuleCommand({
      ListenerArn: listener,
      Priority: 49_999,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/old/*'] } }],
      Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '410' } }],
    }),
  );
  const others = () =>
    JSON.stringify(
      bed.world.listeners.get(listener)?.rules.filter(({ Priority }) => Priority === '49999'),
    );
  const was = others();
  const v2 = await fixture.release('v2');
  const recorded = await before();
  await fixture.make(start(v2), { before: recorded });
  await fixture.make(route({ [v2.id]: 100 }));
  const action = bed.world.listeners.get(listener)?.rules.at(-1)?.Actions?.[0];
  expect(action?.ForwardConfig).toMatchObject(sticky);
  expect(others()).toBe(was);
  expect((await ask(`${fixture.network.url}/old/x`)).status).toBe(410);
  expect((await fixture.provider.observe()).notes.join()).toContain('1m 17s');
});

test('users that are pinned to a group are a reason to refuse, in words', async () => {
  fixture = await AwsFixture.open(bed);
  await fixture.adopt('v1');
  const sticky = { TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 } };
  await hands.weigh(
    { ...fixture.network, groups: fixture.network.groups.slice(0, 1) },
    [1],
    sticky,
  );
  const { capabilities } = await fixture.provider.observe();
  expect(capabilities.cannot.route).toContain('pins users');
});

test('a change by other hands after ours is told as such, and never before ours', async () => {
  fixture = await AwsFixture.open(bed);
  const v1 = await serving('v1');
  const v2 = await fixture.release('v2');
  await fixture.make(start(v2));
  const ours = route({ [v1.id]: 90, [v2.id]: 10 });
  const key = await fixture.send(ours);
  await hands.weigh(fixture.network, [50, 50]);
  expect(await fixture.provider.verify(ours, asking(key))).toMatchObject({
    state: 'diverged',
    found: { [v1.id]: 50, [v2.id]: 50 },
  });
  expect(await fixture.provider.verify(ours, asking('never'))).toMatchObject({ state: 'pending' });
});

test('an answer that is lost is unknown to the caller, and what was sent is read back', async () => {
  fixture = await AwsFixture.open(bed);
  const v1 = await serving('v1');
  const v2 = await fixture.release('v2');
  await fixture.make(start(v2));
  const ours = route({ [v1.id]: 50, [v2.id]: 50 });
  bed.faults.plant({ on: 'ModifyListener', is: 'lostAfter' });
  await expect(fixture.send(ours)).rejects.toMatchObject({ failure: 'unknown' });
  expect(await fixture.provider.verify(ours, asking('any'))).toEqual(done);
  bed.faults.plant({ on: 'ModifyListener', is: 'lostBefore' });
  const next = route({ [v2.id]: 100 });
  await expect(fixture.send(next)).rejects.toMatchObject({ failure: 'unknown' });
  expect(await fixture.provider.verify(next, asking('any'))).toMatchObject({ state: 'pending' });
});

test('reads are tried again when the account is throttled or the service is away, writes are not', async () => {
  fixture = await AwsFixture.open(bed);
  const v1 = await serving('v1');
  bed.faults.plant({ on: 'DescribeRules', is: 'throttled', times: 2 });
  bed.faults.plant(
    { on: 'DescribeTags', is: 'unavailable' },
    { on: 'DescribeTags', is: 'lostBefore' },
  );
  expect((await fixture.provider.observe()).live).toBe(v1.id);
  expect(bed.faults.isSpent).toBe(true);
  const v2 = await fixture.release('v2');
  bed.faults.plant({ on: 'RegisterTargets', is: 'throttled' });
  await expect(fixture.send(start(v2))).rejects.toMatchObject({ failure: 'throttled' });
  expect(await fixture.make(start(v2))).toEqual(done);
});

test('credentials that have expired, or may not, are told from all other failures, with the right that is missing', async () => {
  fixture = await AwsFixture.open(bed);
  const v1 = await serving('v1');
  bed.credentials.expire('DEPLOYCTL');
  // What was read a moment ago answers without asking.
  const failure = (ask: () => Promise<unknown>) =>
    expect.poll(() =>
      ask().then(
        () => null,
        (error: unknown) => error,
      ),
    );
  await failure(() => fixture.provider.observe()).toMatchObject({
    failure: 'denied',
    message: expect.stringMatching(/ExpiredToken: .* \(request [0-9a-f-]+\)/),
  });
  bed.credentials.renew('DEPLOYCTL');
  bed.credentials.allowOnly('DEPLOYCTL', ['elasticloadbalancing:DescribeRules']);
  const verify = () => fixture.provider.verify(route({ [v1.id]: 100 }), asking('any'));
  await failure(verify).toMatchObject({
    failure: 'denied',
    message: expect.stringContaining('elasticloadbalancing:DescribeTags'),
  });
});

test('a third release has no place while both groups hold one', async () => {
  fixture = await AwsFixture.open(bed);
  const v1 = await serving('v1');
  const v2 = await fixture.release('v2');
  await fixture.make(start(v2));
  const v3 = await fixture.release('v3');
  await expect(fixture.send(start(v3))).rejects.toMatchObject({
    failure: 'permanent',
    message: expect.stringContaining('still holds v2'),
  });
  await fixture.make({ kind: 'retire', release: v2.id, keeps: v1.id });
  expect(await fixture.make(start(v3))).toEqual(done);
});

test('a release without traffic is what is retired, never one with it', async () => {
  fixture = await AwsFixture.open(bed);
  const v1 = await serving('v1');
  const v2 = await fixture.release('v2');
  await fixture.make(start(v2));
  await expect(
    fixture.send({ kind: 'retire', release: v1.id, keeps: v2.id }),
  ).rejects.toMatchObject({
    failure: 'permanent',
  });
  expect(await fixture.make({ kind: 'retire', release: v2.id, keeps: v1.id })).toEqual(done);
  expect(await fixture.make({ kind: 'retire', release: v1.id, keeps: null })).toEqual(done);
  expect(await fixture.provider.observe()).toMatchObject({ releases: [], live: null, split: null });
});

test('what another program manages is left to it', async () => {
  fixture = await AwsFixture.open(bed);
  await fixture.adopt('v1');
  await hands.tag(fixture.network.groups[0], 'elbv2.k8s.aws/cluster', 'prod');
  expect((await fixture.provider.observe()).owner).toContain(
    'the AWS Load Balancer Controller of the cluster prod',
  );
});

test('targets are replaced in batches, traffic with them, and put back, without a failed request', async () => {
  fixture = await AwsFixture.open(bed, {}, { propagation: '600ms' });
  bed.propagation = 400;
  await fixture.adopt('v1', 4);
  const was = await before();
  const from = was.live as Release;
  const release = await fixture.release('v2', 4);
  const traffic = load(fixture.network.url);
  const batch = (replaced: number) =>
    ({ kind: 'replace', release, from, replaced, of: 4, surge: 1, unavailable: 0 }) as const;
  for (const replaced of [1, 4, 2, 0, 4]) {
    expect(await fixture.make(batch(replaced), { before: was })).toEqual(done);
    const seen = await fixture.provider.observe();
    const ready = Object.fromEntries(seen.releases.map((one) => [one.id, one.ready]));
    expect([ready[release.id], ready[from.id]]).toEqual([replaced, 4 - replaced]);
    expect(seen.split?.[release.id]).toBeCloseTo(25 * replaced, 1);
  }
  expect(await fixture.make({ kind: 'retire', release: from.id, keeps: release.id })).toEqual(done);
  const { failures, versions } = await traffic.stop();
  expect(failures).toEqual([]);
  expect(Object.keys(versions).sort()).toEqual(['v1', 'v2']);
});

test('what cannot be is told before the first write', async () => {
  fixture = await AwsFixture.open(bed);
  await fixture.adopt('v1');
  const v2 = await fixture.release('v2');
  const was = await before();
  const told = async (release: Release) =>
    (await fixture.provider.review?.([start(release)], was))?.refusals;
  expect(await told(v2)).toEqual([]);
  const strange = { ...v2, spec: { compute: 'targets', targets: ['i-0abc:80'] } };
  expect(await told(strange)).toEqual([
    'the target groups take addresses, and i-0abc:80 is not one',
  ]);
  await bed.raw.send(
    new ModifyTargetGroupCommand({
      TargetGroupArn: fixture.network.groups[1],
      HealthCheckEnabled: false,
    }),
  );
  // What groups are is read once by each process.
  const later = await (await fixture.again()).review?.([start(v2)], was);
  expect(later?.refusals.join()).toContain('health checks');
});

test('targets in a zone that the load balancer has not got fail the start, long before its time is over', async () => {
  fixture = await AwsFixture.open(bed);
  await fixture.adopt('v1');
  bed.targets.offside.add(fixture.network.groups[1] ?? '');
  const v2 = await fixture.release('v2');
  const from = performance.now();
  expect(await fixture.make(start(v2), { before: await before() })).toEqual({
    state: 'failed',
    reason: expect.stringMatching(
      /is not in use although a rule names its group: its availability/,
    ),
  });
  expect(performance.now() - from).toBeLessThan(15_000);
});

test('health checks that are switched off meanwhile fail the start at once', async () => {
  fixture = await AwsFixture.open(bed);
  await fixture.adopt('v1');
  const [, TargetGroupArn] = fixture.network.groups;
  await bed.raw.send(new ModifyTargetGroupCommand({ TargetGroupArn, HealthCheckEnabled: false }));
  await bed.refresh();
  const v2 = await fixture.release('v2');
  expect(await fixture.make(start(v2), { before: await before() })).toEqual({
    state: 'failed',
    reason: expect.stringContaining('is in a group whose health checks are off'),
  });
});
