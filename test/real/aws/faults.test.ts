import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DeployEvent } from '../../../src/contract/index.ts';
import { load } from '../../providers/local/load.ts';
import type { Run } from '../rig.ts';
import { Bed } from './bed/bed.ts';
import { REAL_BUCKETS } from './bed/buckets.ts';
import { shares } from './bed/hands.ts';
import { Shop } from './bed/shop.ts';
import { Stage } from './bed/stage.ts';

let bed: Bed;
let stage: Stage;
let shop: Shop;
let traffic: ReturnType<typeof load>;

beforeAll(async () => {
  bed = await Bed.open();
});
beforeEach(async () => {
  stage = await Stage.open(bed);
  await stage.adopt('v1');
  bed.propagation = 300;
  shop = await Shop.make(bed, stage.network);
  traffic = load(stage.network.url, { pause: 20 });
});
afterEach(async () => {
  await traffic.stop();
  await shop.remove();
  await stage.close();
  await bed.reset();
});
afterAll(() => bed.close());

/** As short as a hold can be: what matters here is what goes wrong. */
const QUICK = ['--set', 'canary.duration=1s'];

const serves = async (version: string) => {
  expect(await shares(stage.network.url, 10)).toEqual({ [version]: 10 });
  expect((await traffic.stop()).failures).toEqual([]);
};
const well = async (run: Run, code = 0) => {
  const ended = await run.ended;
  expect(ended.code, ended.stdout + ended.stderr).toBe(code);
};
const isBegun = (kind: string) => (event: DeployEvent) =>
  event.type === 'step-begun' && event.data.step.action.kind === kind;
const isRouted = (event: DeployEvent) => event.type === 'routed';

test.each(['start', 'route', 'hold', 'promote', 'retire'])(
  'killed when it begins to %s, it is taken up again without a failed request',
  async (kind) => {
    const run = shop.deploy(await stage.fleet('v2'), ...QUICK);
    run.killAt(isBegun(kind));
    await run.ended;
    await well(shop.start('resume', '--output', 'json'));
    await serves('v2');
  },
);

test.each(['start', 'hold'])(
  'killed when it begins to %s, another process goes back without a failed request',
  async (kind) => {
    const run = shop.deploy(await stage.fleet('v2'), ...QUICK);
    run.killAt(isBegun(kind));
    await run.ended;
    await well(shop.start('rollback', '--yes', '--output', 'json'));
    await serves('v1');
  },
);

test('an account whose calls are spent by others costs time and no request', async () => {
  bed.buckets.resize(REAL_BUCKETS);
  const run = shop.deploy(await stage.fleet('v2'), ...QUICK, '--set', 'provider.aws-alb.poll=1s');
  await Promise.race([run.when(isRouted), run.ended]);
  bed.faults.plant({ is: 'throttled', times: 25 });
  await well(run);
  expect(bed.faults.isSpent).toBe(true);
  await serves('v2');
});
