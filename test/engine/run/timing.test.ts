import { expect, test } from 'vitest';
import { ProviderError, type Timing } from '../../../src/contract/index.ts';
import { drive, readNewest, resume } from '../../../src/engine/index.ts';
import { canaryActions, probeGate, type TestWorld, v2, yes } from '../../helpers/world.ts';
import { another, begin, never, running, servingWorld, TARGET, tampered } from '../stage.ts';

function timed(change: Partial<Timing>): TestWorld {
  const world = servingWorld();
  const { observe } = world.provider;
  return tampered(world, {
    observe: async () => {
      const seen = await observe();
      const timing = { ...seen.capabilities.timing, ...change };
      return { ...seen, capabilities: { ...seen.capabilities, timing } };
    },
  });
}

const [start] = canaryActions;
const patient = [{ ...start, deadline: 60_000, onFailure: 'hold' as const }];

test('a platform is looked at no more often than it bears', async () => {
  const world = timed({ poll: 5000 });
  let looks = 0;
  tampered(world, {
    verify: async () => {
      looks += 1;
      return { state: 'pending', progress: 'building' };
    },
  });
  await world.clock.run(running(world, patient));
  expect(looks).toBeGreaterThan(5);
  expect(looks).toBeLessThanOrEqual(15);
});

test('what goes on only when it is sent once more is sent at once, whenever that shows', async () => {
  const world = timed({ poll: 100 });
  const sent: number[] = [];
  let phase = 0;
  tampered(world, {
    apply: async () => {
      sent.push(world.clock.monotonic());
      phase += 1;
    },
    verify: async () => {
      if (phase > 1) return { state: 'done' };
      const isReady = world.clock.monotonic() - (sent[0] ?? 0) > 5000;
      return { state: 'pending', progress: 'its second phase', ...(isReady && { again: true }) };
    },
  });
  await world.clock.run(running(world, patient));
  const [first = 0, second = 0] = sent;
  // The looks are a second apart by then: the next one is not waited for.
  expect(second - first).toBeGreaterThan(5000);
  expect(second - first).toBeLessThan(6000);
});

test('gates share one reading for as long', async () => {
  const world = timed({ poll: 5000 });
  const { observe } = world.provider;
  let looks = 0;
  tampered(world, {
    observe: () => {
      looks += 1;
      return observe();
    },
  });
  Object.assign(world, {
    source: () => ({
      measure: async ({ observe: ask }: { observe: () => Promise<unknown> }) => {
        await ask();
        return yes;
      },
    }),
  });
  const hold = { kind: 'hold', duration: 20_000, extension: 0, watch: ['probe'] } as const;
  const begun = begin(world, [hold, ...canaryActions.slice(0, 1)], { gates: { probe: probeGate } });
  await world.clock.run(begun.then((session) => drive(session)));
  expect(looks).toBeLessThan(12);
});

test('a look that is throttled waits as long as it was asked to', async () => {
  const world = servingWorld();
  const { verify } = world.provider;
  const looks: number[] = [];
  tampered(world, {
    verify: async (operation, context) => {
      looks.push(world.clock.monotonic());
      if (looks.length === 1) throw new ProviderError('throttled', '429', { retryAfter: 7000 });
      return verify(operation, context);
    },
  });
  await world.clock.run(running(world, patient));
  expect((looks[1] ?? 0) - (looks[0] ?? 0)).toBeGreaterThanOrEqual(7000);
});

test('what takes the platform minutes is not begun a second time meanwhile', async () => {
  const world = timed({ takes: { start: { best: 60_000, worst: 600_000 } } });
  let sent = 0;
  tampered(world, {
    apply: async () => {
      sent += 1;
    },
    verify: async () => ({ state: 'pending', progress: 'building' }),
  });
  const actions = [{ ...start, deadline: 119_000, onFailure: 'hold' as const }];
  await world.clock.run(running(world, actions));
  expect(sent).toBe(1);
});

test('whoever takes over reads back the try that was sent last', async () => {
  const world = servingWorld();
  const actions = [{ ...start, deadline: 5000, attempts: 3 }];
  tampered(world, { verify: async () => ({ state: 'pending', progress: '0 of 4 ready' }) });
  const session = await world.clock.run(begin(world, actions));
  void drive(session).catch(() => {});
  await world.clock.run(world.clock.sleep(7000));
  const other = another(world);
  other.dead.add('ada');
  const keys: string[] = [];
  tampered(other, {
    verify: async (operation, context) => {
      if (operation.kind === 'start') keys.push(context.key);
      return { state: 'done' };
    },
  });
  world.platform.live = v2.id;
  world.platform.split = { [v2.id]: 100 };
  const work = readNewest(other, TARGET).then((found) => resume(other, found, { signal: never }));
  await world.clock.run(work);
  expect(keys[0]).toMatch(/\/01-start\/2$/);
});
