import { expect, test } from 'vitest';
import type { Operation } from '../../../src/contract/index.ts';
import { drive, readNewest, resume } from '../../../src/engine/index.ts';
import { canaryActions, no, v1 } from '../../helpers/world.ts';
import {
  at,
  begin,
  never,
  newest,
  running,
  servingWorld,
  silence,
  storeWith,
  TARGET,
  tampered,
} from '../stage.ts';

const hangsAt = (kind: Operation['kind']) => {
  const world = servingWorld();
  const { apply } = world.provider;
  return tampered(world, {
    apply: (operation, context) =>
      operation.kind === kind ? silence() : apply(operation, context),
  });
};

test.each(['SIGTERM', 'SIGHUP'] as const)(
  'a %s while an operation hangs is settled within six seconds, exit 143',
  async (signal) => {
    const world = hangsAt('route');
    at(world, 1000, () => world.interrupt(signal));
    const ending = await world.clock.run(running(world));
    expect(ending).toMatchObject({ result: 'interrupted', exit: 143 });
    expect(world.clock.monotonic()).toBeLessThanOrEqual(7000);
    expect((await newest(world))?.inFlight).toBe('02-route');
  },
);

test.each(['apply', 'verify', 'observe'] as const)(
  'an interrupt while the platform does not answer is settled within six seconds: %s',
  async (method) => {
    const world = servingWorld();
    const session = await world.clock.run(begin(world));
    tampered(world, { [method]: silence });
    at(world, 1000, () => world.interrupt('SIGINT'));
    const ending = await world.clock.run(drive(session));
    expect(ending).toMatchObject({ result: 'interrupted', exit: 130 });
    expect(world.clock.monotonic()).toBeLessThanOrEqual(6000);
  },
);

test('a second Ctrl-C does not wait for what is in flight', async () => {
  const world = hangsAt('route');
  at(world, 1000, () => world.interrupt('SIGINT'));
  at(world, 1500, () => world.interrupt('SIGINT'));
  const ending = await world.clock.run(running(world));
  expect(ending).toMatchObject({ result: 'interrupted', exit: 130 });
  expect(world.clock.monotonic()).toBeLessThanOrEqual(1600);
});

test('one key press that arrives twice counts once', async () => {
  const world = hangsAt('route');
  at(world, 1000, () => world.interrupt('SIGINT'));
  at(world, 1100, () => world.interrupt('SIGINT'));
  await world.clock.run(running(world));
  expect(world.clock.monotonic()).toBeGreaterThanOrEqual(5000);
});

test('a second Ctrl-C counts, however often the first one arrived before it', async () => {
  const world = hangsAt('route');
  for (const ms of [1000, 1200, 1400]) at(world, ms, () => world.interrupt('SIGINT'));
  await world.clock.run(running(world));
  expect(world.clock.monotonic()).toBeLessThanOrEqual(1500);
});

test('with a store that answers no more, an interrupted process still leaves within six seconds', async () => {
  let down = false;
  const store = storeWith((inner) => ({
    create: (key, value) => (down ? silence() : inner.create(key, value)),
  }));
  const world = servingWorld({ store });
  at(world, 3000, () => {
    down = true;
    world.interrupt('SIGTERM');
  });
  const ending = await world.clock.run(running(world));
  expect(ending).toMatchObject({ result: 'interrupted', exit: 143 });
  expect(ending.reason).toContain('could not be recorded');
  expect(world.clock.monotonic()).toBeLessThanOrEqual(9000);
});

test('a gate that never answers does not hold up an interrupt', async () => {
  const world = servingWorld();
  world.readings.set('probe', silence);
  at(world, 1200, () => world.interrupt('SIGINT'));
  await world.clock.run(running(world));
  expect(world.clock.monotonic()).toBeLessThanOrEqual(1300);
});

test('a signal is not forgotten when the deployment turns round meanwhile; the way back is resumable', async () => {
  const store = storeWith((inner) => ({
    create: (key, value) => {
      if (value.includes('"kind":"turned"')) world.interrupt('SIGTERM');
      return inner.create(key, value);
    },
  }));
  const world = servingWorld({ store });
  world.readings.set('probe', () => no);
  const ending = await world.clock.run(running(world));
  expect(ending.exit).toBe(143);
  world.readings.delete('probe');
  const again = readNewest(world, TARGET).then((found) => resume(world, found, { signal: never }));
  const { result } = await world.clock.run(again);
  expect([result, world.platform.live]).toEqual(['rolled-back', v1.id]);
});

test('where the plan says so, an interrupt sends the deployment back', async () => {
  const world = servingWorld();
  at(world, 3000, () => world.interrupt('SIGINT'));
  const work = begin(world, canaryActions, { onInterrupt: 'rollback' }).then((session) =>
    drive(session),
  );
  const ending = await world.clock.run(work);
  expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
  expect(ending.reason).toContain('SIGINT');
  expect([...world.platform.releases.keys()]).toEqual([v1.id]);
});

test('an interrupt that comes while earlier wishes are still read is heard: nothing is begun', async () => {
  const store = storeWith((inner) => ({
    get: async (key) => {
      if (key.includes('/control/')) await world.clock.sleep(2000);
      return inner.get(key);
    },
  }));
  const world = servingWorld({ store });
  const session = await world.clock.run(begin(world));
  at(world, 1000, () => world.interrupt('SIGINT'));
  expect(await world.clock.run(drive(session))).toMatchObject({ result: 'interrupted', exit: 130 });
  expect(world.events.filter(({ type }) => type === 'step-begun')).toEqual([]);
});
