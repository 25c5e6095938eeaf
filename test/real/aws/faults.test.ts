import { expect, test } from 'vitest';
import type { DeployEvent } from '../../../src/contract/index.ts';
import { REAL_BUCKETS } from './bed/buckets.ts';
import { KEY } from './bed/fixture.ts';
import { useScene } from './bed/scene.ts';

const scene = useScene({ propagation: 300, pause: 20 });

/** As short as a hold can be: what matters here is what goes wrong. */
const QUICK = ['--set', 'canary.duration=1s'];

const isBegun = (kind: string) => (event: DeployEvent) =>
  event.type === 'step-begun' && event.data.step.action.kind === kind;
const isRouted = (event: DeployEvent) => event.type === 'routed';

test.each(['start', 'route', 'hold', 'promote', 'retire'])(
  'killed when it begins to %s, it is taken up again without a failed request',
  async (kind) => {
    const { shop, fixture: stage } = scene;
    const run = shop.deploy(await stage.fleet('v2'), ...QUICK);
    run.killAt(isBegun(kind));
    await run.ended;
    await scene.well(shop.start('resume', '--output', 'json'));
    await scene.serves('v2');
  },
);

test.each(['start', 'hold'])(
  'killed when it begins to %s, another process goes back without a failed request',
  async (kind) => {
    const { shop, fixture: stage } = scene;
    const run = shop.deploy(await stage.fleet('v2'), ...QUICK);
    run.killAt(isBegun(kind));
    await run.ended;
    await scene.well(shop.start('rollback', '--yes', '--output', 'json'));
    await scene.serves('v1');
  },
);

test('an account whose calls are spent by others costs time and no request', async () => {
  const { bed, shop, fixture: stage } = scene;
  bed.buckets.resize(REAL_BUCKETS);
  const run = shop.deploy(await stage.fleet('v2'), ...QUICK, '--set', 'provider.aws-alb.poll=1s');
  await Promise.race([run.when(isRouted), run.ended]);
  bed.faults.plant({ is: 'throttled', times: 25 });
  await scene.well(run);
  expect(bed.faults.isSpent).toBe(true);
  await scene.serves('v2');
});

test('with credentials that expire at 50 % the weights rest, and whoever has new ones goes on', async () => {
  const { bed, shop, fixture: stage } = scene;
  const run = shop.deploy(await stage.fleet('v2'), '--set', 'canary.duration=4s');
  await Promise.race([
    run.when((event) => event.type === 'routed' && Object.values(event.data.split).includes(50)),
    run.ended,
  ]);
  bed.credentials.expire(KEY);
  await scene.well(run, 5);
  expect(scene.weights()).toEqual([50, 50]);
  bed.credentials.renew(KEY);
  await scene.well(shop.start('resume', '--output', 'json'));
  await scene.serves('v2');
});

test('a load balancer that follows late costs time and no request', async () => {
  const { bed, shop, fixture: stage } = scene;
  // As slow to its API as 60 s are to the minutes of a real deployment.
  bed.propagation = 3_000;
  const run = shop.deploy(
    await stage.fleet('v2'),
    ...QUICK,
    ...['--strategy', 'blue-green', '--set', 'provider.aws-alb.propagation=3500ms'],
  );
  await scene.well(run);
  await scene.serves('v2');
});
