import { describe, expect, test } from 'vitest';
import { createMemoryPlatform, PROFILES, type Profile } from '../../../providers/memory/index.ts';
import type { Observation } from '../../../src/contract/index.ts';
import { canaryActions, type TestWorld, v1, v2 } from '../../helpers/world.ts';
import { type Actions, at, running, servingWorld, tampered } from '../stage.ts';

const [start, half, hold, whole, promote, bake, retire] = canaryActions;
/** Gates that see nothing of it for as long as it goes on. */
const long = { ...hold, duration: 60_000, watch: [] } as const;
const forward: Actions = [start, half, long, whole, promote, retire];

const readyAt = (world: TestWorld, ms: number, id: string, ready: number) =>
  at(world, ms, () => Object.assign(world.platform.releases.get(id) ?? {}, { ready }));

const on = (profile: Profile) => servingWorld({ platform: createMemoryPlatform(4, profile) });

const warnings = ({ events }: TestWorld) =>
  events.flatMap(({ type, data }) =>
    type === 'notice' && 'message' in data ? [data.message] : [],
  );

describe('a new release all of whose units have fallen, while no gate sees it', () => {
  test.each<[string, Actions]>([
    ['a hold', forward],
    ['a bake', [start, whole, promote, { ...bake, duration: 60_000, watch: [] }, retire]],
    [
      'an approval',
      [start, half, { kind: 'approve', question: 'go on?', expires: 60_000 }, whole, promote],
    ],
  ])('is taken off the traffic within seconds: %s', async (_where, actions) => {
    const world = servingWorld();
    readyAt(world, 20_000, v2.id, 0);
    const ending = await world.clock.run(running(world, actions));
    expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
    expect(ending.reason).toContain(`${v2.id} has no healthy unit and`);
    expect(world.platform.split).toEqual({ [v1.id]: 100 });
    expect(world.clock.monotonic()).toBeLessThan(28_000);
  });

  test('stays where the policy of the step wants it', async () => {
    const world = servingWorld();
    readyAt(world, 20_000, v2.id, 0);
    const ending = await world.clock.run(
      running(world, [start, half, { ...long, onFailure: 'hold' }, whole]),
    );
    expect(ending).toMatchObject({ result: 'failed', exit: 5 });
    expect(world.platform.split).toEqual({ [v1.id]: 50, [v2.id]: 50 });
  });

  test('in a deployment without weights, too, where traffic follows the units', async () => {
    const world = servingWorld();
    const batch = { kind: 'replace', release: v2, from: v1, of: 4, surge: 1, unavailable: 0 };
    readyAt(world, 20_000, v2.id, 0);
    const ending = await world.clock.run(
      running(world, [{ ...batch, kind: 'replace', replaced: 1 }, long]),
    );
    expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
    expect(world.clock.monotonic()).toBeLessThan(28_000);
  });

  test('goes on where they are up again at once', async () => {
    const world = servingWorld();
    readyAt(world, 9_900, v2.id, 0);
    readyAt(world, 10_600, v2.id, 4);
    expect((await world.clock.run(running(world, forward))).result).toBe('succeeded');
  });

  test('goes on where only some have', async () => {
    const world = servingWorld();
    readyAt(world, 10_000, v2.id, 1);
    readyAt(world, 40_000, v2.id, 4);
    expect((await world.clock.run(running(world, forward))).result).toBe('succeeded');
  });

  test('goes on, with a warning for each, where the old one is no better', async () => {
    const world = servingWorld();
    for (const { id } of [v1, v2]) {
      readyAt(world, 20_000, id, 0);
      readyAt(world, 45_000, id, 4);
    }
    expect((await world.clock.run(running(world, forward))).result).toBe('succeeded');
    expect(warnings(world)).toEqual([
      `${v1.id} has no healthy unit and 50 % of the traffic`,
      `${v2.id} has no healthy unit and 50 % of the traffic`,
    ]);
  });
});

test('a new release is only told of where the old one is not there any more to be better', async () => {
  const world = servingWorld();
  const batch = {
    kind: 'replace',
    release: v2,
    from: v1,
    of: 4,
    surge: 1,
    unavailable: 0,
  } as const;
  readyAt(world, 20_000, v2.id, 0);
  readyAt(world, 45_000, v2.id, 4);
  const actions: Actions = [{ ...batch, replaced: 4 }, promote, long];
  expect((await world.clock.run(running(world, actions))).result).toBe('succeeded');
  expect(warnings(world)).toEqual([`${v2.id} has no healthy unit and 100 % of the traffic`]);
});

test('what falls in one reading and another in the next is no fall', async () => {
  const world = servingWorld();
  const { observe } = world.provider;
  let looks = 0;
  tampered(world, {
    observe: async () => {
      const seen = await observe();
      const now = world.clock.monotonic();
      if (now < 5000 || now > 45_000) return seen;
      const fallen = looks++ % 2 === 0 ? v1.id : v2.id;
      const releases = seen.releases.map((one) => (one.id === fallen ? { ...one, ready: 0 } : one));
      return { ...seen, releases };
    },
  });
  expect((await world.clock.run(running(world, forward))).result).toBe('succeeded');
  expect(looks).toBeGreaterThan(6);
  expect(warnings(world)).toEqual([]);
});

test('a release that has no traffic may be without units', async () => {
  const world = servingWorld();
  readyAt(world, 5000, v2.id, 0);
  readyAt(world, 30_000, v2.id, 4);
  const actions: Actions = [start, { ...long, duration: 40_000 }, whole, promote, retire];
  expect((await world.clock.run(running(world, actions))).result).toBe('succeeded');
  expect(warnings(world)).toEqual([]);
});

test('a new release that has all of the traffic stays where the old one has fallen, too', async () => {
  const world = servingWorld();
  for (const { id } of [v1, v2]) {
    readyAt(world, 10_000, id, 0);
    readyAt(world, 45_000, id, 4);
  }
  const actions: Actions = [start, whole, promote, long, retire];
  expect((await world.clock.run(running(world, actions))).result).toBe('succeeded');
  expect(warnings(world)).toEqual([`${v2.id} has no healthy unit and 100 % of the traffic`]);
});

test('the old release without units is told once, and moves no traffic', async () => {
  const world = servingWorld();
  readyAt(world, 10_000, v1.id, 0);
  readyAt(world, 45_000, v1.id, 4);
  expect((await world.clock.run(running(world, forward))).result).toBe('succeeded');
  expect(warnings(world)).toEqual([`${v1.id} has no healthy unit and 50 % of the traffic`]);
});

test('one reading that lags ends nothing, for as long as the platform says that reads lag', async () => {
  const world = on(PROFILES.autoscaled);
  const { observe } = world.provider;
  const until = 20_000 + PROFILES.autoscaled.capabilities.timing.readLag;
  const lags = () => world.clock.monotonic() >= 20_000 - 5000 && world.clock.monotonic() < until;
  let old = 0;
  tampered(world, {
    observe: async (): Promise<Observation> => {
      const seen = await observe();
      old ||= lags() ? world.clock.monotonic() : 0;
      if (!old || world.clock.monotonic() - old >= seen.capabilities.timing.readLag) return seen;
      return { ...seen, releases: seen.releases.map((one) => ({ ...one, ready: 0 })) };
    },
  });
  expect((await world.clock.run(running(world, forward))).result).toBe('succeeded');
  expect(old).toBeGreaterThan(0);
});

test.each([PROFILES.builder, PROFILES.functions])(
  'nothing is looked for where units are not counted: $name',
  async (profile) => {
    const world = on(profile);
    let looks = 0;
    const { observe } = world.provider;
    tampered(world, {
      observe: async () => {
        looks += 1;
        const seen = await observe();
        if (world.clock.monotonic() < 20_000 || world.clock.monotonic() > 60_000) return seen;
        return { ...seen, releases: seen.releases.map((one) => ({ ...one, ready: 0 })) };
      },
    });
    const watched = { ...long, duration: 600_000 };
    const ending = await world.clock.run(
      running(world, [start, { ...whole, deadline: 600_000 }, watched, promote]),
    );
    expect(ending.result).toBe('succeeded');
    expect(looks).toBeLessThan(12);
  },
);

test('where capacity follows the weight, one that has the traffic and no unit fails, too', async () => {
  const world = on(PROFILES.driven);
  readyAt(world, 30_000, v2.id, 0);
  const ending = await world.clock.run(running(world, forward));
  expect(ending).toMatchObject({ result: 'rolled-back' });
  expect(world.clock.monotonic()).toBeLessThan(60_000);
});
