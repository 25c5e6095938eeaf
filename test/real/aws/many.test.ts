import { afterAll, beforeAll, expect, test } from 'vitest';
import { load } from '../../providers/local/load.ts';
import { Bed } from './bed/bed.ts';
import { type Call, isRead } from './bed/call.ts';
import { AwsFixture } from './bed/fixture.ts';
import { shares } from './bed/hands.ts';
import { Ledger } from './bed/ledger.ts';
import { Shop } from './bed/shop.ts';

const TARGETS = 300;
const POLL = 1_000;

let bed: Bed;
let fixture: AwsFixture;
let shop: Shop;
beforeAll(async () => {
  // Six hundred targets are asked by one process here: rarely, so that there is time for anything else.
  bed = await Bed.open({ checks: 2_500 });
  fixture = await AwsFixture.open(bed);
  await fixture.adopt('v1', TARGETS);
  shop = await Shop.make(bed, fixture.network);
});
afterAll(async () => {
  await shop.remove();
  await fixture.close();
  await bed.close();
});

test('three hundred targets are registered in three calls, and cost at most one question for each group in a poll', async () => {
  const traffic = load(fixture.network.url, { pause: 20 });
  const ledger = new Ledger(bed, fixture.network);
  const fleet = await fixture.fleet('v2', TARGETS);
  const quick = ['--strategy', 'blue-green', '--set', `provider.aws-alb.poll=${POLL}ms`];
  const from = performance.now();
  const ended = await shop.deploy(fleet, ...quick).ended;
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  expect(await shares(fixture.network.url, 20)).toEqual({ v2: 20 });
  const waited = performance.now() - from;
  const { calls } = ledger;
  const of = (action: string) => calls.filter(({ call }) => call.action === action);
  // A hundred in a call.
  expect(of('RegisterTargets')).toHaveLength(TARGETS / 100);
  expect(of('DeregisterTargets')).toHaveLength(TARGETS / 100);
  // And besides once for each change, after which nobody relies on what was read before it.
  const changes = calls.filter(({ call }) => !isRead(call)).length;
  const most = Math.ceil(waited / POLL) + changes;
  for (const group of fixture.network.groups) {
    const asked = calls.filter(({ call }) => isQuestion(call, group)).length;
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThanOrEqual(most);
  }
  const { stdout } = await shop.run('status');
  expect(stdout).toContain(`${TARGETS} of ${TARGETS} healthy`);
  expect((await traffic.stop()).failures).toEqual([]);
});

const isQuestion = ({ action, form }: Call, group: string) =>
  action === 'DescribeTargetHealth' && form.TargetGroupArn === group;
