import {
  AddTagsCommand,
  CreateRuleCommand,
  DescribeListenersCommand,
  DescribeTargetHealthCommand,
  ModifyListenerCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Bed } from './bed/bed.ts';
import { REAL_BUCKETS } from './bed/buckets.ts';
import { Fleet } from './bed/fleet.ts';
import { ask, forward, Hands, shares } from './bed/hands.ts';
import { makeNetwork } from './bed/network.ts';

/** The bed is what all else is believed by: it has to keep the promises of the platform, and its faults. */
let bed: Bed;
let hands: Hands;
const fleets: Fleet[] = [];

beforeAll(async () => {
  bed = await Bed.open();
  hands = new Hands(bed.client());
});
afterEach(async () => {
  await bed.reset();
  await Promise.all(fleets.splice(0).map((fleet) => fleet.stop()));
});
afterAll(() => bed.close());

const client = () => bed.client();
const fleet = async (...given: Parameters<typeof Fleet.start>) => {
  const started = await Fleet.start(...given);
  fleets.push(started);
  return started;
};

test('a target goes from initial to healthy, unhealthy and back, by what it really answers', async () => {
  const network = await makeNetwork(bed);
  const blue = await fleet('v1', 1);
  // Its first good answer would make it healthy, perhaps before anybody has looked.
  blue.freeze();
  await hands.register(network.groups[0], blue);
  expect(await hands.states(network.groups[0])).toEqual([expect.stringMatching(/^initial Elb\./)]);
  blue.thaw();
  await hands.until(network.groups[0], ['healthy']);
  blue.break();
  await hands.until(network.groups[0], ['unhealthy Target.ResponseCodeMismatch']);
  blue.mend();
  await hands.until(network.groups[0], ['healthy']);
  await blue.stop();
  await hands.until(network.groups[0], ['unhealthy Target.FailedHealthChecks']);
});

test('a group that no rule names is not in use, and is checked as soon as one does with weight 0', async () => {
  const network = await makeNetwork(bed);
  await hands.register(network.groups[1], await fleet('v2', 1));
  await hands.until(network.groups[1], ['unused Target.NotInUse']);
  await hands.weigh(network, [100, 0]);
  await hands.until(network.groups[1], ['healthy']);
});

test('requests are split by weight, and none is carried to another group for want of targets', async () => {
  const network = await makeNetwork(bed);
  const [blue, green] = [await fleet('v1'), await fleet('v2')];
  await hands.register(network.groups[0], blue);
  await hands.weigh(network, [90, 10]);
  await hands.until(network.groups[0], ['healthy', 'healthy']);
  expect(await shares(network.url, 100)).toEqual({ v1: 90, 503: 10 });
  await hands.register(network.groups[1], green);
  await hands.until(network.groups[1], ['healthy', 'healthy']);
  expect(await shares(network.url, 100)).toEqual({ v1: 90, v2: 10 });
  await hands.weigh(network, [0, 999]);
  expect(await shares(network.url, 20)).toEqual({ v2: 20 });
});

test('a group with only unhealthy targets is carried to all the same', async () => {
  const network = await makeNetwork(bed);
  const blue = await fleet('v1', 1);
  await hands.register(network.groups[0], blue);
  await hands.until(network.groups[0], ['healthy']);
  blue.break();
  await hands.until(network.groups[0], ['unhealthy Target.ResponseCodeMismatch']);
  expect((await ask(network.url)).status).toBe(500);
});

test('a rule with a header comes before the default by its priority', async () => {
  const network = await makeNetwork(bed);
  const [blue, green] = [await fleet('v1', 1), await fleet('v2', 1)];
  await hands.register(network.groups[0], blue);
  await hands.register(network.groups[1], green);
  await client().send(
    new CreateRuleCommand({
      ListenerArn: network.listener,
      Priority: 50_000,
      Conditions: [
        {
          Field: 'http-header',
          HttpHeaderConfig: { HttpHeaderName: 'X-Preview', Values: ['v2*'] },
        },
      ],
      Actions: [{ Type: 'forward', TargetGroupArn: network.groups[1] }],
    }),
  );
  await hands.until(network.groups[0], ['healthy']);
  await hands.until(network.groups[1], ['healthy']);
  expect((await ask(network.url)).version).toBe('v1');
  expect((await ask(network.url, { 'x-preview': 'V2.1' })).version).toBe('v2');
});

test('a pinned user stays with a group of weight 0', async () => {
  const network = await makeNetwork(bed);
  const [blue, green] = [await fleet('v1', 1), await fleet('v2', 1)];
  await hands.register(network.groups[0], blue);
  await hands.register(network.groups[1], green);
  const sticky = { TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 } };
  await hands.weigh(network, [100, 0], sticky);
  await hands.until(network.groups[0], ['healthy']);
  await hands.until(network.groups[1], ['healthy']);
  const { cookie = '' } = await ask(network.url);
  expect(cookie).toMatch(/^AWSALBTG=/);
  await hands.weigh(network, [0, 100], sticky);
  expect((await ask(network.url, { cookie })).version).toBe('v1');
  expect((await ask(network.url)).version).toBe('v2');
});

test('a target that drains takes nothing new, ends what it has, and is cut after its delay', async () => {
  const network = await makeNetwork(bed, { drain: 1 });
  const [quick, slow] = [await fleet('v1', 1, 400), await fleet('v2', 1, 30_000)];
  await hands.register(network.groups[0], quick);
  await hands.register(network.groups[0], slow);
  await hands.until(network.groups[0], ['healthy', 'healthy']);
  const under = [0, 1, 2, 3].map(() => ask(network.url).catch((error: Error) => error.message));
  await expect.poll(() => bed.underWay).toBe(4);
  await hands.deregister(network.groups[0], quick);
  await hands.deregister(network.groups[0], slow);
  expect(await hands.states(network.groups[0])).toEqual([
    'draining Target.DeregistrationInProgress',
    'draining Target.DeregistrationInProgress',
  ]);
  expect((await ask(network.url)).status).toBe(503);
  const ended = await Promise.all(under);
  expect(ended.filter((one) => typeof one === 'object' && one.version === 'v1')).toHaveLength(2);
  expect(ended.filter((one) => typeof one === 'object' && one.status === 502)).toHaveLength(2);
  await hands.until(network.groups[0], []);
  const { TargetHealthDescriptions: [gone] = [] } = await client().send(
    new DescribeTargetHealthCommand({
      TargetGroupArn: network.groups[0],
      Targets: [{ Id: '127.0.0.9', Port: 1 }],
    }),
  );
  expect(gone?.TargetHealth).toMatchObject({ State: 'unused', Reason: 'Target.NotRegistered' });
});

test('a change of weights is in the API at once and in the traffic after its propagation', async () => {
  const network = await makeNetwork(bed);
  const [blue, green] = [await fleet('v1', 1), await fleet('v2', 1)];
  await hands.register(network.groups[0], blue);
  await hands.register(network.groups[1], green);
  await hands.weigh(network, [100, 0]);
  await hands.until(network.groups[1], ['healthy']);
  bed.propagation = 600;
  await hands.weigh(network, [0, 100]);
  const { Listeners: [listener] = [] } = await client().send(
    new DescribeListenersCommand({ ListenerArns: [network.listener] }),
  );
  expect(listener?.DefaultActions?.[0]?.ForwardConfig?.TargetGroups?.[1]?.Weight).toBe(100);
  expect((await ask(network.url)).version).toBe('v1');
  await expect.poll(async () => (await ask(network.url)).version, { timeout: 5_000 }).toBe('v2');
});

test('calls are paid for from a bucket; one that is empty refuses, and the client of the SDK tries again', async () => {
  const network = await makeNetwork(bed);
  const look = new DescribeListenersCommand({ ListenerArns: [network.listener] });
  const bucket = { size: 3, refill: 0 };
  bed.buckets.resize({ reads: bucket, writes: bucket });
  const impatient = bed.client('IMPATIENT', 1);
  for (const _ of [1, 2, 3]) await impatient.send(look);
  await expect(impatient.send(look)).rejects.toMatchObject({ name: 'Throttling' });
  bed.buckets.resize(REAL_BUCKETS);
  bed.faults.plant({ on: 'DescribeListeners', is: 'throttled', times: 2 });
  await bed.client().send(look);
  expect(bed.faults.isSpent).toBe(true);
});

test('an answer is lost after the effect, or before it', async () => {
  const network = await makeNetwork(bed);
  const weight = () =>
    bed.world.listeners.get(network.listener)?.rules[0]?.Actions?.[0]?.ForwardConfig
      ?.TargetGroups?.[1]?.Weight;
  const once = bed.client('IMPATIENT', 1);
  const set = (green: number) =>
    once.send(
      new ModifyListenerCommand({
        ListenerArn: network.listener,
        DefaultActions: [forward(network.groups, [100, green])],
      }),
    );
  bed.faults.plant({ on: 'ModifyListener', is: 'lostBefore' });
  await expect(set(7)).rejects.toThrow();
  bed.faults.clear();
  expect(weight()).toBeUndefined();
  bed.faults.plant({ on: 'ModifyListener', is: 'lostAfter' });
  await expect(set(8)).rejects.toThrow();
  expect(weight()).toBe(8);
});

test('a key that has expired, or is not allowed to, is refused by name', async () => {
  const network = await makeNetwork(bed);
  bed.credentials.expire('OLD');
  bed.credentials.allowOnly('READER', ['elasticloadbalancing:DescribeListeners']);
  const ask = new DescribeListenersCommand({ ListenerArns: [network.listener] });
  await expect(bed.client('OLD').send(ask)).rejects.toMatchObject({ name: 'ExpiredToken' });
  await bed.client('READER').send(ask);
  const tag = new AddTagsCommand({
    ResourceArns: [network.listener],
    Tags: [{ Key: 'a', Value: 'b' }],
  });
  await expect(bed.client('READER').send(tag)).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining('elasticloadbalancing:AddTags'),
  });
});
