import { describe, expect, test } from 'vitest';
import { createMemoryPlatform, PROFILES } from '../../../providers/memory/index.ts';
import { readNewest, resume } from '../../../src/engine/index.ts';
import { no, type TestWorld, v1, v2 } from '../../helpers/world.ts';
import { never, running, servingWorld, TARGET, tampered } from '../stage.ts';

const turned = ({ events }: TestWorld) => events.some(({ type }) => type === 'turned');
/** Before the way back is recorded, because the platform is looked at meanwhile. */
const hasFailed = ({ events }: TestWorld) =>
  events.some((event) => event.type === 'measured' && event.data.judgement.verdict === 'fail');
const isBack = (world: TestWorld) => turned(world) && world.platform.split?.[v1.id] === 100;

/** A new release that fails its gate, on a platform whose list leaves out the old one for good from then on. */
function forgetful(from: (world: TestWorld) => boolean, platform = createMemoryPlatform()) {
  const world = servingWorld({ platform });
  world.readings.set('probe', () => no);
  const { observe } = world.provider;
  let forgot = false;
  return tampered(world, {
    observe: async () => {
      const seen = await observe();
      forgot ||= from(world);
      return forgot ? { ...seen, releases: seen.releases.filter(({ id }) => id !== v1.id) } : seen;
    },
  });
}

const warnings = ({ events }: TestWorld) =>
  events.flatMap(({ type, data }) =>
    type === 'notice' && 'message' in data ? [data.message] : [],
  );

describe('an old release that the platform does not list any more, on the way back', () => {
  test.each([
    ['before it has its traffic', hasFailed],
    ['after it has', isBack],
  ])('is asked for by name, and that it is up is believed: %s', async (_, from) => {
    const world = forgetful(from);
    const ending = await world.clock.run(running(world));
    expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
    expect(world.platform.split).toEqual({ [v1.id]: 100 });
    expect([...world.platform.releases.keys()]).toEqual([v1.id]);
    expect(warnings(world).join()).toContain(`the platform does not list ${v1.id}`);
  });

  test('is there where idle releases are free: traffic for what is not there would be refused', async () => {
    const world = forgetful(isBack, createMemoryPlatform(4, PROFILES.builder));
    expect(await world.clock.run(running(world))).toMatchObject({ result: 'rolled-back', exit: 3 });
    expect(world.platform.split).toEqual({ [v1.id]: 100 });
  });

  test('gets nothing while the platform does not show by name either that it is up', async () => {
    const world = forgetful(hasFailed);
    const { verify } = world.provider;
    tampered(world, {
      verify: async (operation, context) =>
        operation.kind === 'start' && operation.release.id === v1.id
          ? { state: 'pending', progress: 'not found' }
          : verify(operation, context),
    });
    const ending = await world.clock.run(running(world));
    expect(ending).toMatchObject({ result: 'stuck', exit: 4 });
    expect(ending.reason).toContain(
      `the platform does not list ${v1.id}, which would get 100 %: see there whether it runs`,
    );
    expect(world.platform.split).toEqual({ [v1.id]: 50, [v2.id]: 50 });
  });

  test('is waited for by a resume, which goes on once it is listed again', async () => {
    const world = forgetful(turned);
    const { observe, verify } = world.provider;
    let isHidden = true;
    tampered(world, {
      verify: async (operation, context) =>
        isHidden && operation.kind === 'start' && operation.release.id === v1.id
          ? { state: 'pending', progress: 'not found' }
          : verify(operation, context),
    });
    expect((await world.clock.run(running(world))).result).toBe('stuck');
    isHidden = false;
    tampered(world, { observe });
    const state = await readNewest(world, TARGET);
    const resumed = await world.clock.run(resume(world, state, { signal: never }));
    expect(resumed).toMatchObject({ result: 'rolled-back', exit: 3 });
  });
});
