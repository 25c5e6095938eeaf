import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { load } from '../../providers/local/load.ts';
import { Bed } from './bed/bed.ts';
import { Hands, shares } from './bed/hands.ts';
import { Shop } from './bed/shop.ts';
import { Stage } from './bed/stage.ts';

let bed: Bed;
let stage: Stage;
let shop: Shop;
let traffic: ReturnType<typeof load>;

beforeAll(async () => {
  bed = await Bed.open();
});
/** v1 serves, started by its owner's hands. The load balancer follows its API only after a while. */
beforeEach(async () => {
  stage = await Stage.open(bed);
  await stage.adopt('v1');
  bed.propagation = 300;
  shop = await Shop.make(bed, stage.network);
  traffic = load(stage.network.url, { pause: 5 });
});
afterEach(async () => {
  await traffic.stop();
  await shop.remove();
  await stage.close();
  await bed.reset();
});
afterAll(() => bed.close());

const served = async () => {
  const { failures, requests } = await traffic.stop();
  expect(failures).toEqual([]);
  expect(requests).toBeGreaterThan(100);
};

test('a canary over what others started, and a rollback to it, cost no request', async () => {
  const ended = await shop.deploy(await stage.fleet('v2')).ended;
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  expect(await shares(stage.network.url, 20)).toEqual({ v2: 20 });
  const status = await shop.run('status');
  expect(status.stdout).toContain('v2');
  const back = await shop.run('rollback', '--yes');
  expect(back.code, back.stdout + back.stderr).toBe(0);
  expect(await shares(stage.network.url, 20)).toEqual({ v1: 20 });
  await served();
});

test('blue-green is one change of the weights', async () => {
  const from = bed.front.calls.length;
  const ended = await shop.deploy(await stage.fleet('v2'), '--strategy', 'blue-green').ended;
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  const changes = bed.front.calls
    .slice(from)
    .filter(({ call }) => call.action === 'ModifyListener');
  // Once for weight 0, so that its targets are checked; once for all of the traffic.
  expect(changes).toHaveLength(2);
  expect(await shares(stage.network.url, 20)).toEqual({ v2: 20 });
  await served();
});

test('a version whose targets break in its canary is taken off, and v1 serves on', async () => {
  const fleet = await stage.fleet('v2');
  const run = shop.deploy(fleet);
  await Promise.race([run.when((event) => event.type === 'routed'), run.ended]);
  fleet.break();
  const ended = await run.ended;
  expect(ended.code, ended.stdout + ended.stderr).toBe(3);
  expect(await shares(stage.network.url, 20)).toEqual({ v1: 20 });
});

test('killed in its canary, it is taken up again by another process and ends well', async () => {
  const run = shop.deploy(await stage.fleet('v2'));
  run.killAt((event) => event.type === 'routed');
  await run.ended;
  const resumed = await shop.run('resume', '--output', 'json');
  expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
  expect(await shares(stage.network.url, 20)).toEqual({ v2: 20 });
  await served();
});

test('weights that a third party moves in mid-hold are noticed, and left as they are', async () => {
  const run = shop.deploy(await stage.fleet('v2'), '--set', 'canary.duration=20s');
  await Promise.race([run.when((event) => event.type === 'routed'), run.ended]);
  await new Hands(bed.client()).weigh(stage.network, [50, 50]);
  const ended = await run.ended;
  expect(ended.code, ended.stdout + ended.stderr).toBe(7);
  const action = bed.world.listeners.get(stage.network.listener)?.rules.at(-1)?.Actions?.[0];
  expect(action?.ForwardConfig?.TargetGroups?.map(({ Weight }) => Weight)).toEqual([50, 50]);
});
