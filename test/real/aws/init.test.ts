import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Bed } from './bed/bed.ts';
import { AwsFixture, KEY } from './bed/fixture.ts';
import { makeFunction } from './bed/function-owner.ts';
import { Hands } from './bed/hands.ts';
import { makeGroups } from './bed/instance-owner.ts';
import { makeNetwork } from './bed/network.ts';
import { makeServices } from './bed/services.ts';
import { Shop } from './bed/shop.ts';

let bed: Bed;
let fixture: AwsFixture;
let shop: Shop;
beforeAll(async () => {
  bed = await Bed.open();
});
afterEach(async () => {
  await shop.remove();
  await fixture.close();
  await bed.reset();
});
afterAll(() => bed.close());

const init = (...more: string[]) => shop.run('init', '--provider', 'aws-alb', '--force', ...more);
const config = () => readFile(join(shop.folder, 'deploy.config.yaml'), 'utf8');

test('services of ECS behind a listener are found, and what is proposed deploys', async () => {
  fixture = await AwsFixture.open(bed);
  await makeServices(bed, fixture.network, { image: 'registry.example.com/shop:v1' });
  await new Hands(bed.client()).until(fixture.network.groups[0], ['healthy', 'healthy']);
  shop = await Shop.make(bed, fixture.network);
  const found = await init('--yes');
  expect(found.code, found.stderr).toBe(0);
  expect(found.stderr).toMatch(/shop-\d+:80\/default: 2 × shop-blue, target groups shop-\d+-blue/);
  const written = await config();
  expect(written).toContain('services: { blue: shop-blue, green: shop-green }');
  expect(written).toContain(`image: registry.example.com/shop:\${release}`);
  expect(written).toContain('service: shop\n');
  const planned = await shop.run('plan', '--release', 'v2');
  expect(planned.code, planned.stdout + planned.stderr).toBe(0);
  expect(planned.stdout).toContain('shop-1');
});

test('Auto Scaling groups are found, and a rule with one group is told what it lacks', async () => {
  fixture = await AwsFixture.open(bed, { takes: 'instance' });
  await makeGroups(bed, fixture.network, { version: 'v1' });
  await new Hands(bed.client()).until(fixture.network.groups[0], ['healthy', 'healthy']);
  await makeNetwork(bed, { groups: 1 });
  shop = await Shop.make(bed, fixture.network);
  // What may not be listed is said, and is no reason to find nothing.
  const reads = ['Listeners', 'LoadBalancers', 'Rules', 'TargetGroups'];
  const allowed = reads.map((what) => `elasticloadbalancing:Describe${what}`);
  bed.credentials.allowOnly(KEY, [...allowed, 'autoscaling:DescribeAutoScalingGroups']);
  const found = await init('--yes');
  expect(found.code, found.stderr).toBe(0);
  expect(found.stderr).toContain('services of ECS may not be listed');
  expect(found.stderr).toMatch(/serves from shop-\d+-blue alone: make a second target group/);
  const written = await config();
  expect(written).toContain('groups: { blue: shop-blue, green: shop-green }');
  expect(written).toContain("release: '1'");
  expect((await shop.run('validate')).code).toBe(0);
});

test('targets that somebody registered are found, and what is proposed deploys others', async () => {
  fixture = await AwsFixture.open(bed);
  await fixture.adopt('v1');
  shop = await Shop.make(bed, fixture.network);
  const found = await init('--yes');
  expect(found.code, found.stderr).toBe(0);
  expect(found.stderr).toMatch(
    /shop-\d+:80\/default: target groups shop-\d+-blue and shop-\d+-green/,
  );
  const written = await config();
  expect(written).toContain(`targets: \${env.TARGETS:-}`);
  expect(written).toContain('answers: { http: "/healthz" }');
  // What it tells to type next works before anybody has named a target.
  expect((await shop.run('status')).stdout).toMatch(/shop-\d+-blue +100 % +live/);
  const early = await shop.run('plan', '--release', 'v2');
  expect(early.code, early.stdout + early.stderr).toBe(2);
  expect(early.stderr).toContain('provider.aws-alb.targets names no target');
  shop.env.TARGETS = '10.0.1.7:8080 10.0.2.7:8080';
  const planned = await shop.run('plan', '--release', 'v2');
  expect(planned.code, planned.stdout + planned.stderr).toBe(0);
  expect(planned.stdout).toMatch(/shop-\d+-blue/);
});

test('a function is found by its group, and only its name is left to put in', async () => {
  fixture = await AwsFixture.open(bed, { takes: 'lambda' });
  await makeFunction(bed, fixture.network, ['v1', 'v2']);
  shop = await Shop.make(bed, fixture.network);
  const found = await init('--yes');
  expect(found.code, found.stderr).toBe(0);
  const written = await config();
  expect(written).toContain('function: FUNCTION ');
  expect(written).toContain('check: [alive]');
  await shop.rewrite((text) => text.replace('FUNCTION', 'shop'));
  const planned = await shop.run('plan', '--release', '1');
  expect(planned.code, planned.stdout + planned.stderr).toBe(0);
});
