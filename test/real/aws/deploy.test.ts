import { expect, test } from 'vitest';
import { makeAlarm, turnAlarm } from './bed/alarms.ts';
import { KEY } from './bed/fixture.ts';
import { Hands, shares } from './bed/hands.ts';
import { useScene } from './bed/scene.ts';

/** The load balancer follows its API only after a while. */
const scene = useScene({ propagation: 300, pause: 5 });

test('a canary over what others started, and a rollback to it, cost no request', async () => {
  const { shop, fixture: stage } = scene;
  await scene.well(shop.deploy(await stage.fleet('v2')));
  expect(await shares(stage.network.url, 20)).toEqual({ v2: 20 });
  const status = await shop.run('status');
  expect(status.stdout).toContain('v2');
  await scene.well(shop.start('rollback', '--yes'));
  await scene.serves('v1');
});

test('blue-green is one change of the weights', async () => {
  const { bed, shop, fixture: stage } = scene;
  const from = bed.front.calls.length;
  await scene.well(shop.deploy(await stage.fleet('v2'), '--strategy', 'blue-green'));
  const changes = bed.front.calls
    .slice(from)
    .filter(({ call }) => call.action === 'ModifyListener');
  // Once for weight 0, so that its targets are checked; once for all of the traffic.
  expect(changes).toHaveLength(2);
  await scene.serves('v2');
});

test('a version whose targets break in its canary is taken off, and v1 serves on', async () => {
  const { shop, fixture: stage } = scene;
  const fleet = await stage.fleet('v2');
  const run = shop.deploy(fleet);
  await Promise.race([run.when((event) => event.type === 'routed'), run.ended]);
  fleet.break();
  await scene.well(run, 3);
  expect(await shares(stage.network.url, 20)).toEqual({ v1: 20 });
});

test('an alarm that fires in CloudWatch takes a canary off, and its name is told', async () => {
  const { bed, shop, fixture: stage } = scene;
  await makeAlarm(bed.motoUrl, 'shop-5xx');
  await turnAlarm(bed.motoUrl, 'shop-5xx', 'OK');
  await shop.rewrite((config) =>
    config
      .replace(
        'gates:',
        'gates:\n  alarms: { cloudwatch: { alarms: [shop-5xx] }, interval: 500ms }',
      )
      .replace('watch: [answers]', 'watch: [answers, alarms]'),
  );
  const run = shop.deploy(await stage.fleet('v2'), '--set', 'canary.duration=30s');
  await Promise.race([run.when((event) => event.type === 'routed'), run.ended]);
  await turnAlarm(bed.motoUrl, 'shop-5xx', 'ALARM');
  await scene.well(run, 3);
  expect((await run.ended).stdout).toContain('shop-5xx fires since');
  await scene.serves('v1');
});

test('killed in its canary, it is taken up again by another process and ends well', async () => {
  const { shop, fixture: stage } = scene;
  const run = shop.deploy(await stage.fleet('v2'));
  run.killAt((event) => event.type === 'routed');
  await run.ended;
  await scene.well(shop.start('resume', '--output', 'json'));
  await scene.serves('v2');
});

test('status says why targets are not healthy, and which permission is missing on what', async () => {
  const { bed, shop, fixture: stage } = scene;
  const [blue] = stage.network.groups;
  (await stage.fleet('v1')).break();
  const sick = 'unhealthy Target.ResponseCodeMismatch';
  await new Hands(bed.client()).until(blue, [sick, sick]);
  const { stdout } = await shop.run('status');
  expect(stdout).toMatch(
    /100 % +live +0 of 2 healthy +\S+:\d+ answers the health check with 500, like 1 other/,
  );
  const reads = ['Rules', 'Tags', 'TargetGroups', 'TargetGroupAttributes', 'Listeners'];
  bed.credentials.allowOnly(
    KEY,
    reads.map((what) => `elasticloadbalancing:Describe${what}`),
  );
  const denied = await shop.run('status');
  expect(denied.code).toBe(0);
  expect(denied.stdout).toMatch(
    /AccessDenied: \S+:user\/DEPLOYCTL lacks the permission elasticloadbalancing:DescribeTargetHealth \(no identity-based policy allows it\) \(request [0-9a-f-]{36}\)/,
  );
});
