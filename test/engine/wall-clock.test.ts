import { expect, test } from 'vitest';
import { no, v1, v2, yes } from '../helpers/world.ts';
import { at, running, servingWorld, silence, storeWith, tampered } from './stage.ts';

const HOUR = 3_600_000;

test.each([1, -1])('a wall clock that jumps by %i h blinds no gate', async (hours) => {
  const world = servingWorld();
  at(world, 3500, () => {
    world.clock.wallOffset += hours * HOUR;
  });
  let failingSince = 0;
  world.readings.set('probe', () => {
    if (world.clock.monotonic() < 6000) return yes;
    failingSince ||= world.clock.monotonic();
    return no;
  });
  const ending = await world.clock.run(running(world));
  expect([ending.result, world.platform.live]).toEqual(['rolled-back', v1.id]);
  expect(failingSince).toBeLessThan(8000);
  expect(world.clock.monotonic()).toBeLessThan(10_000);
});

test('a wall clock that jumps neither ends the time of a step nor adds to it', async () => {
  for (const hours of [1, -1]) {
    const world = servingWorld();
    tampered(world, { verify: async () => ({ state: 'pending', progress: 'starting' }) });
    at(world, 1000, () => {
      world.clock.wallOffset += hours * HOUR;
    });
    const start = { kind: 'start', release: v2, capacity: 100, weights: [100] } as const;
    const work = running(world, [{ ...start, deadline: 10_000, onFailure: 'hold' }]);
    expect((await world.clock.run(work)).result).toBe('failed');
    expect(world.clock.monotonic()).toBeGreaterThanOrEqual(10_000);
    expect(world.clock.monotonic()).toBeLessThan(12_000);
  }
});

test('a holder whose machine slept makes sure that it still holds before it acts', async () => {
  let asleep = false;
  const store = storeWith((inner) => ({
    put: (key, value) => (asleep ? silence() : inner.put(key, value)),
  }));
  const world = servingWorld({ store });
  const hold = { kind: 'hold' as const, duration: 10_000, extension: 0 };
  const promote = { kind: 'promote' as const, release: v2.id };
  at(world, 9000, () => {
    // The monotonic clock stood still for the two minutes that the wall clock went on.
    asleep = true;
    world.clock.wallOffset += 120_000;
  });
  const error = await world.clock.run(running(world, [hold, promote])).catch((reason) => reason);
  expect(error).toMatchObject({ code: 'store-failed' });
  expect(world.platform.live).toBe(v1.id);
});
