import { expect, test } from 'vitest';
import { drive } from '../../../src/engine/index.ts';
import { no, v1, v2, yes } from '../../helpers/world.ts';
import {
  type Actions,
  at,
  begin,
  running,
  servingWorld,
  silence,
  storeWith,
  tampered,
} from '../stage.ts';

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

const HOOK = { kind: 'run', name: 'migrate', command: ['migrate'], timeout: 1000, undo: null };
const CHANGES = [{ kind: 'promote', release: v2.id }, HOOK] as const;

test.each(CHANGES as readonly Actions[number][])(
  'a holder whose machine slept makes sure that it still holds before it acts: $kind',
  async (change) => {
    let asleep = false;
    const store = storeWith((inner) => ({
      put: (key, value) => (asleep ? silence() : inner.put(key, value)),
    }));
    const world = servingWorld({ store });
    const hold = { kind: 'hold' as const, duration: 10_000, extension: 0 };
    at(world, 9000, () => {
      // The monotonic clock stood still for the two minutes that the wall clock went on.
      asleep = true;
      world.clock.wallOffset += 120_000;
    });
    const ending = await world.clock.run(running(world, [hold, change]));
    expect(ending).toMatchObject({ result: 'failed', exit: 5 });
    expect([world.platform.live, world.commands]).toEqual([v1.id, []]);
  },
);

test('a holder that is awake goes by its monotonic clock: a wall clock that is set back hides no silence', async () => {
  let isSilent = false;
  const store = storeWith((inner) => ({
    put: (key, value) => (isSilent ? silence() : inner.put(key, value)),
  }));
  const world = servingWorld({ store });
  const hold = { kind: 'hold' as const, duration: 90_000, extension: 0 };
  at(world, 9000, () => {
    isSilent = true;
  });
  at(world, 60_000, () => {
    world.clock.wallOffset -= 75_000;
  });
  const ending = await world.clock.run(running(world, [hold, CHANGES[0]]));
  expect(ending).toMatchObject({ result: 'failed', exit: 5 });
  expect(world.platform.live).toBe(v1.id);
});

test('a change that is called off while the holder makes sure of that is not sent', async () => {
  const store = storeWith((inner) => ({
    put: async (key, value) => {
      await world.clock.sleep(3000);
      return inner.put(key, value);
    },
  }));
  const world = servingWorld({ store });
  const hold = { kind: 'hold' as const, duration: 10_000, extension: 0 };
  at(world, 9000, () => {
    world.clock.wallOffset += 120_000;
  });
  at(world, 11_000, () => world.interrupt('SIGINT'));
  const sent: string[] = [];
  const { apply } = world.provider;
  tampered(world, {
    apply: async (operation, context) => {
      sent.push(operation.kind);
      return apply(operation, context);
    },
  });
  const actions = [hold, { kind: 'start' as const, release: v2, capacity: 100, weights: [100] }];
  const begun = begin(world, actions, { onInterrupt: 'rollback' });
  const ending = await world.clock.run(begun.then((session) => drive(session)));
  expect([ending.result, sent]).toEqual(['rolled-back', ['retire']]);
});
