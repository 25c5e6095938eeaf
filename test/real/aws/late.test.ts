import { expect, test } from 'vitest';
import { shares } from './bed/hands.ts';
import { useScene } from './bed/scene.ts';

/** What AWS may take to follow its own API, and what a config waits for where nothing is said. */
const LATE = 60_000;

const scene = useScene({ pause: 50 });

test('a load balancer that follows a minute late costs a minute and no request', async () => {
  const { bed, shop, fixture: stage } = scene;
  const fleet = await stage.fleet('v2');
  bed.propagation = LATE;
  const from = performance.now();
  const run = shop.deploy(
    fleet,
    ...['--strategy', 'blue-green', '--set', 'provider.aws-alb.propagation=65s'],
  );
  await Promise.race([run.when((event) => event.type === 'routed'), run.ended]);
  // What the API says already is not what users get yet.
  expect(scene.weights()).toEqual([0, 100]);
  expect(await shares(stage.network.url, 5)).toEqual({ v1: 5 });
  await scene.well(run);
  expect(performance.now() - from).toBeGreaterThan(LATE);
  await scene.serves('v2');
});
