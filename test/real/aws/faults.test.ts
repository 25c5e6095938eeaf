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

test.each(['route', 'retire'])(
  'killed when it begins to %s on its way back, the next process ends that way without a failed request',
  async (kind) => {
    const { shop, fixture: stage } = scene;
    const run = shop.deploy(await stage.fleet('v2'), ...QUICK);
    run.killAt(isBegun('hold'));
    await run.ended;
    const back = shop.start('rollback', '--yes', '--output', 'json');
    back.killAt(isBegun(kind));
    await back.ended;
    await scene.well(shop.start('resume', '--output', 'json'), 3);
    await scene.serves('v1');
  },
);

const ROLLING = ['--strategy', 'rolling'];
const isReplaced = (event: DeployEvent) =>
  event.type === 'step-ended' && event.data.step.action.kind === 'replace';

test.each([
  ['begins its first batch', isBegun('replace'), 'resume', 'v2'],
  ['has ended its first batch', isReplaced, 'rollback', 'v1'],
] as const)(
  'killed when rolling %s, another process goes on without a failed request',
  async (_when, fits, command, version) => {
    const { shop, fixture: stage } = scene;
    const run = shop.deploy(await stage.fleet('v2'), ...ROLLING);
    run.killAt(fits);
    await run.ended;
    const yes = command === 'rollback' ? ['--yes'] : [];
    await scene.well(shop.start(command, ...yes, '--output', 'json'));
    await scene.serves(version);
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
