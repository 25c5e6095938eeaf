import { expect, test } from 'vitest';
import type { Operation } from '../../src/contract/index.ts';
import { sending } from '../helpers/calls.ts';
import { serving, v1, v2 } from '../helpers/world.ts';
import { Ground } from './ground.ts';
import type { Shot } from './landing.ts';
import { SHAPES, type ShapeName } from './shapes.ts';

const START: Operation = { kind: 'start', release: v2, capacity: 100, weights: [100] };
const route = (weight: number): Operation => ({
  kind: 'route',
  split: { [v1.id]: 100 - weight, [v2.id]: weight },
  match: null,
});

function landingOn(name: ShapeName) {
  const ground = new Ground(1, SHAPES[name]);
  serving(ground.platform, v1);
  const shot = (operation: Operation, fence = 1): Shot => ({
    actor: 'ada',
    operation,
    context: sending(`d/${operation.kind}`, { fence }),
    sent: {
      at: ground.clock.monotonic(),
      epoch: fence,
      inFlight: operation.kind,
      direction: 'forward',
      units: {},
      silent: 0,
      fromSleep: false,
      over: false,
      observed: 0,
    },
  });
  const pass = (ms: number) => ground.clock.run(ground.clock.sleep(ms));
  return { ...ground, platform: ground.platform, landing: ground.landing, shot, pass };
}

test.each(['local', 'kubernetes'] as const)('%s refuses a former epoch', (name) => {
  const { landing, shot } = landingOn(name);
  landing.arrive(shot(START, 2));
  expect(() => landing.arrive(shot(route(50), 1))).toThrow('epoch 1 was replaced by 2');
});

test.each(['alb', 'vercel'] as const)('%s takes a former epoch for as good', async (name) => {
  const { landing, shot, platform, pass } = landingOn(name);
  landing.arrive(shot(START, 2));
  landing.arrive(shot(route(50), 1));
  await pass(60_000);
  expect(platform.split?.[v2.id]).toBe(50);
});

test('what was accepted takes effect in the order in which it was', async () => {
  const { landing, shot, platform, pass } = landingOn('alb');
  landing.arrive(shot(START), 5000);
  landing.arrive(shot(route(100)));
  await pass(4000);
  expect([...platform.releases.keys()]).toEqual([v1.id]);
  expect(platform.split).toEqual({ [v1.id]: 100 });
  await pass(2000);
  expect(platform.releases.has(v2.id)).toBe(true);
  expect(platform.split?.[v2.id]).toBe(100);
});

test('where traffic is moved by a job there is one at a time', async () => {
  const { landing, shot, platform, pass } = landingOn('vercel');
  landing.arrive(shot(START));
  landing.arrive(shot(route(25)));
  expect(platform.split).toEqual({ [v1.id]: 100 });
  expect(() => landing.arrive(shot(route(50)))).toThrow('a promotion is under way');
  await pass(10_000);
  expect(platform.split?.[v2.id]).toBe(25);
});

test('an autoscaler moves what is live: new units take their time, and what is left over goes at once', async () => {
  const { landing, platform, witness, pass } = landingOn('kubernetes');
  landing.autoscale(8);
  expect(platform.units).toBe(8);
  expect(platform.releases.get(v1.id)).toMatchObject({ units: 8, ready: 4 });
  await pass(10_000);
  expect(platform.releases.get(v1.id)?.ready).toBe(8);
  landing.autoscale(2);
  expect(platform.releases.get(v1.id)).toMatchObject({ units: 2, ready: 2 });
  expect(witness.rescaled).toBe(10_000);
});

test('an autoscaler takes units from a release for as long as it has less of the traffic', () => {
  const { landing, shot, platform } = landingOn('kubernetes');
  expect(landing.idle(v1.id)).toBe(false);
  landing.arrive(shot(START));
  landing.arrive(shot(route(75)));
  expect(landing.idle(v1.id)).toBe(true);
  expect(platform.releases.get(v1.id)).toMatchObject({ units: 1, ready: 1 });
  expect(platform.units).toBe(4);
});

test('new units take their time, and those that were there stay', async () => {
  const { landing, shot, platform, pass } = landingOn('kubernetes');
  landing.arrive(shot({ ...START, capacity: 50 }));
  expect(platform.releases.get(v2.id)).toMatchObject({ units: 2, ready: 0 });
  await pass(10_000);
  landing.arrive(shot(START));
  expect(platform.releases.get(v2.id)).toMatchObject({ units: 4, ready: 2 });
  await pass(10_000);
  expect(platform.releases.get(v2.id)?.ready).toBe(4);
});
