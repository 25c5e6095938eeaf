import { describe, expect, test } from 'vitest';
import type { Observation, ObservedRelease } from '../../../src/contract/index.ts';
import { correctObservation } from '../../../src/engine/world/corrected-observation.ts';
import { canaryActions, no, type TestWorld, v1, v2 } from '../../helpers/world.ts';
import { running, servingWorld, tampered } from '../stage.ts';

/** The platform's list goes through this before anybody sees it. */
function seenAs(change: (seen: Observation) => Observation): TestWorld {
  const world = servingWorld();
  const { observe } = world.provider;
  return tampered(world, { observe: async () => change(await observe()) });
}

const emptied = (release: ObservedRelease): ObservedRelease => ({
  ...release,
  desired: 0,
  ready: 0,
  capacity: 0,
  health: 'unhealthy',
});

const warnings = ({ events }: TestWorld) =>
  events.flatMap(({ type, data }) =>
    type === 'notice' && 'message' in data ? [data.message] : [],
  );

describe('a platform that lists a release twice, the first time without units', () => {
  const twice = (id: string) =>
    seenAs((seen) => ({
      ...seen,
      releases: seen.releases.flatMap((release) =>
        release.id === id ? [emptied(release), release] : [release],
      ),
    }));

  test.each([v1, v2])(
    'carries a deployment to its end, and says so once: $version',
    async ({ id }) => {
      const world = twice(id);
      expect((await world.clock.run(running(world))).result).toBe('succeeded');
      expect(warnings(world).filter((message) => message.includes(id))).toEqual([
        `the platform lists ${id} more than once: the entry with the most ready units is used`,
      ]);
    },
  );

  test('gets its traffic back when the new release fails', async () => {
    const world = twice(v1.id);
    world.readings.set('probe', () => no);
    const ending = await world.clock.run(running(world));
    expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
    expect(world.platform.split).toEqual({ [v1.id]: 100 });
    expect(world.clock.monotonic()).toBeLessThan(10_000);
  });

  test('whichever of the two comes first', async () => {
    const { seen } = correctObservation(await twice(v1.id).provider.observe());
    const turned = correctObservation({
      ...seen,
      releases: [...seen.releases, ...seen.releases.map(emptied)],
    });
    expect(turned.seen.releases).toEqual(seen.releases);
    expect(seen.releases).toMatchObject([{ id: v1.id, ready: 4 }]);
  });
});

describe('weights that a platform has rounded', () => {
  const splitAs = async (split: Record<string, number> | null) => {
    const { seen } = correctObservation({ ...(await servingWorld().provider.observe()), split });
    return seen.split;
  };

  test('end a deployment at 99 % as at 100 %, forward and back', async () => {
    const rounded = () =>
      seenAs((seen) => ({
        ...seen,
        split:
          seen.split &&
          Object.fromEntries(
            Object.entries(seen.split).map(([id, weight]) => [id, weight === 100 ? 99 : weight]),
          ),
      }));
    const forward = rounded();
    expect((await forward.clock.run(running(forward))).result).toBe('succeeded');
    const back = rounded();
    back.readings.set('probe', () => no);
    expect((await back.clock.run(running(back, canaryActions))).result).toBe('rolled-back');
  });

  test('are shares of 100', async () => {
    expect(await splitAs({ a: 99 })).toEqual({ a: 100 });
    expect(await splitAs({ a: 99, b: 0 })).toEqual({ a: 100, b: 0 });
    const thirds = await splitAs({ a: 33, b: 33, c: 33 });
    expect(thirds?.a).toBeCloseTo(100 / 3);
  });

  test('are left as they are where more is missing than rounding takes, or nothing is', async () => {
    for (const split of [null, {}, { a: 98 }, { a: 50 }, { a: 99, b: 1 }, { a: 50, b: 47 }])
      expect(await splitAs(split)).toEqual(split);
  });
});
