import { expect, test } from 'vitest';
import { createMemoryPlatform, PROFILES } from '../../../providers/memory/index.ts';
import { ProviderError } from '../../../src/contract/index.ts';
import { drive } from '../../../src/engine/index.ts';
import { canaryActions, createTestWorld, no, serving, v1, v2 } from '../../helpers/world.ts';
import { at, begin, running, servingWorld, slow, tampered } from '../stage.ts';

test('what a late call takes away on the way back is brought up again before it gets the traffic', async () => {
  const world = servingWorld();
  const { apply, observe } = world.provider;
  let blind = false;
  tampered(world, {
    observe: async () => {
      if (blind) throw new ProviderError('transient', '503');
      return observe();
    },
    apply: async (operation, context) => {
      if (operation.kind !== 'retire' || operation.release !== v1.id)
        return apply(operation, context);
      // It arrives when the old release is up again and has not got the traffic yet.
      blind = true;
      at(world, 10_000, async () => {
        await apply(operation, context);
        blind = false;
      });
      throw new ProviderError('unknown', 'connection reset');
    },
  });
  at(world, 21_000, () => world.interrupt('SIGINT'));
  const begun = begin(world, canaryActions, { onInterrupt: 'rollback' });
  const ending = await world.clock.run(begun.then((session) => drive(session)));
  expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
  expect(world.platform.split).toEqual({ [v1.id]: 100 });
  expect(world.platform.releases.get(v1.id)?.ready).toBe(world.platform.units);
});

test('a call that was accepted and then no longer waited for is not forgotten at the end', async () => {
  const world = servingWorld();
  const { apply } = world.provider;
  tampered(world, {
    apply: async (operation, context) => {
      if (operation.kind !== 'start') return apply(operation, context);
      at(world, 9000, () => apply(operation, context));
    },
  });
  at(world, 1000, () => world.interrupt('SIGINT'));
  const begun = begin(world, canaryActions, { onInterrupt: 'rollback' });
  const ending = await world.clock.run(begun.then((session) => drive(session)));
  await world.clock.run(world.clock.sleep(20_000));
  expect(ending.result).toBe('rolled-back');
  expect([...world.platform.releases.keys()]).toEqual([v1.id]);
  const told = world.events.flatMap((event) => (event.type === 'notice' ? event.data.message : []));
  expect(told).toEqual([
    expect.stringMatching(/^waiting 1\ds: a call without an answer may still take effect$/),
  ]);
});

test('a first release that still has traffic after its removal is not said to be rolled back', async () => {
  const world = createTestWorld();
  const { apply, observe } = world.provider;
  world.readings.set('probe', () => no);
  let removed = false;
  tampered(world, {
    apply: async (operation, context) => {
      await apply(operation, context);
      removed ||= operation.kind === 'retire';
    },
    observe: async () => ({
      ...(await observe()),
      ...(removed ? { split: { [v2.id]: 100 } } : {}),
    }),
  });
  const actions = [
    { kind: 'start', release: v2, capacity: 100, weights: [100] },
    { kind: 'check', gates: ['probe'], release: v2.id, deadline: 2000 },
  ] as const;
  const ending = await world.clock.run(running(world, actions));
  expect(ending).toMatchObject({ result: 'stuck', exit: 4 });
  expect(ending.reason).toContain(`${v2.id} should be gone`);
});

test('a hook is undone once, even where the traffic has to be brought back twice', async () => {
  const world = servingWorld();
  const { apply } = world.provider;
  let late = true;
  tampered(world, {
    apply: async (operation, context) => {
      await apply(operation, context);
      if (operation.kind !== 'retire' || !late) return;
      late = false;
      world.platform.split = { [v1.id]: 50, [v2.id]: 50 };
    },
  });
  world.readings.set('probe', () => no);
  const [command, undo] = [['migrate'], ['migrate', 'back']];
  const hook = { kind: 'run' as const, name: 'migrate', command, timeout: 1000, undo };
  const ending = await world.clock.run(running(world, [hook, ...canaryActions]));
  expect([ending.result, world.platform.split]).toEqual(['rolled-back', { [v1.id]: 100 }]);
  expect(world.commands).toEqual([command, undo]);
});

test('a call that was sent again, accepted and then no longer waited for is not forgotten at the end', async () => {
  const world = servingWorld();
  const { apply } = world.provider;
  let sent = 0;
  tampered(world, {
    apply: async (operation, context) => {
      if (operation.kind !== 'start') return apply(operation, context);
      sent += 1;
      // The first one is dropped; the second one comes true in its own time.
      if (sent === 2) at(world, 9000, () => apply(operation, context));
    },
  });
  at(world, 32_000, () => world.interrupt('SIGINT'));
  const begun = begin(world, canaryActions, { onInterrupt: 'rollback' });
  const ending = await world.clock.run(begun.then((session) => drive(session)));
  await world.clock.run(world.clock.sleep(20_000));
  expect([ending.result, sent]).toEqual(['rolled-back', 2]);
  expect([...world.platform.releases.keys()]).toEqual([v1.id]);
});

test('a call that was accepted and not seen to be true within its time is not forgotten at the end', async () => {
  const world = servingWorld();
  const { apply } = world.provider;
  tampered(world, {
    apply: async (operation, context) => {
      if (operation.kind !== 'start') return apply(operation, context);
      at(world, 9000, () => apply(operation, context));
    },
  });
  const [start, ...rest] = canaryActions;
  const ending = await world.clock.run(running(world, [{ ...start, deadline: 5000 }, ...rest]));
  await world.clock.run(world.clock.sleep(20_000));
  expect(ending.result).toBe('rolled-back');
  expect([...world.platform.releases.keys()]).toEqual([v1.id]);
});

test('an end is not believed from a look that may still show what was before the last change', async () => {
  const world = servingWorld();
  const { apply, observe, verify } = world.provider;
  const LAG = 4000;
  let retired = Number.NEGATIVE_INFINITY;
  let sent = 0;
  const isOld = () => world.clock.monotonic() < retired + LAG;
  tampered(world, {
    // The first removal is accepted and lost; for a while whoever reads sees what was before the start.
    apply: async (operation, context) => {
      if (operation.kind !== 'retire') return apply(operation, context);
      retired = Math.max(retired, world.clock.monotonic());
      sent += 1;
      if (sent > 1) await apply(operation, context);
    },
    verify: async (operation, context) =>
      operation.kind === 'retire' && isOld() ? { state: 'done' } : verify(operation, context),
    observe: async () => {
      const seen = await observe();
      const releases = isOld() ? seen.releases.filter(({ id }) => id === v1.id) : seen.releases;
      return { ...seen, releases, capabilities: slow(seen.capabilities, LAG) };
    },
  });
  world.readings.set('probe', () => no);
  const ending = await world.clock.run(running(world));
  expect(ending.result).toBe('rolled-back');
  expect([...world.platform.releases.keys()]).toEqual([v1.id]);
});

test('what a late call takes away is brought up again where the platform accepts the way back and fails later', async () => {
  const world = createTestWorld({ platform: createMemoryPlatform(4, PROFILES.builder) });
  serving(world.platform);
  const { apply } = world.provider;
  tampered(world, {
    apply: async (operation, context) => {
      const isLate = operation.kind === 'retire' && operation.release === v1.id;
      const isJob = operation.kind === 'route' && context.direction === 'back';
      if (!isLate && !isJob) return apply(operation, context);
      // The removal arrives when the old release is up again, and before the traffic is moved.
      at(world, isLate ? 3000 : 5000, () => apply(operation, context).catch(() => {}));
      if (isLate) {
        world.interrupt('SIGINT');
        throw new ProviderError('unknown', 'connection reset');
      }
    },
  });
  const begun = begin(world, canaryActions, { onInterrupt: 'rollback' });
  const ending = await world.clock.run(begun.then((session) => drive(session)));
  expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
  expect(world.platform.split).toEqual({ [v1.id]: 100 });
});
