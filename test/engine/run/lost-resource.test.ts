import { describe, expect, test } from 'vitest';
import { createMemoryPlatform, PROFILES } from '../../../providers/memory/index.ts';
import type { Operation, Verification } from '../../../src/contract/index.ts';
import { readNewest, resume } from '../../../src/engine/index.ts';
import { no, type TestWorld, v1, v2 } from '../../helpers/world.ts';
import { never, running, servingWorld, TARGET, tampered } from '../stage.ts';

const WORDS = 'the rule is not there any more: somebody deleted it';
const LOST: Verification = { state: 'diverged', expected: {}, found: WORDS, lost: true };
const HALF = { [v1.id]: 50, [v2.id]: 50 };

const isBack = (operation: Operation) =>
  operation.kind === 'route' && operation.split[v1.id] === 100;
/** Before the way back is recorded, because the platform is looked at meanwhile. */
const hasFailed = ({ events }: TestWorld) =>
  events.some((event) => event.type === 'measured' && event.data.judgement.verdict === 'fail');
const turned = ({ events }: TestWorld) => events.some(({ type }) => type === 'turned');
const since = ({ events, clock }: TestWorld) =>
  clock.wall() - (events.find(({ type }) => type === 'turned')?.at ?? 0);

/** A new release that fails its gate, on a platform where the way back finds `seen` at its route, in turn. */
function rigged(
  seen: (look: number) => Verification | null,
  platform = createMemoryPlatform(4, PROFILES.balancer),
) {
  const world = servingWorld({ platform });
  world.readings.set('probe', () => no);
  const { verify, apply } = world.provider;
  const sent: string[] = [];
  let looks = 0;
  tampered(world, {
    apply: async (operation, context) => {
      if (isBack(operation)) sent.push(context.key);
      // What is gone takes nothing, and says so only when it is asked.
      if (!isBack(operation) || seen(looks + 1) === null) await apply(operation, context);
    },
    verify: async (operation, context) => {
      const found = isBack(operation) ? seen(++looks) : null;
      return found ?? verify(operation, context);
    },
  });
  return { world, sent };
}

describe('on the way back, what the platform says is gone for good', () => {
  test('ends it within some looks, in the words of the platform', async () => {
    const { world, sent } = rigged(() => LOST);
    const ending = await world.clock.run(running(world));
    expect(ending).toMatchObject({ result: 'stuck', exit: 4 });
    expect(ending.reason).toContain(WORDS);
    expect(ending.reason).not.toContain('expected');
    expect(world.platform.split).toEqual(HALF);
    expect(since(world)).toBeLessThan(30_000);
    expect(sent).toHaveLength(1);
  });

  test.each([1, 2])('ends nothing where it is there again after %i looks', async (missing) => {
    const { world } = rigged((look) => (look <= missing ? LOST : null));
    const ending = await world.clock.run(running(world));
    expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
    expect(world.platform.split).toEqual({ [v1.id]: 100 });
  });

  test('ends nothing where a look between fails', async () => {
    const { world } = rigged((look) => {
      if (look === 2) throw new Error('no answer');
      return look <= 3 ? LOST : null;
    });
    expect((await world.clock.run(running(world))).result).toBe('rolled-back');
  });

  test('is asked for again by a resume, which goes on once it is there', async () => {
    let isGone = true;
    const { world } = rigged(() => (isGone ? LOST : null));
    expect((await world.clock.run(running(world))).result).toBe('stuck');
    isGone = false;
    const state = await readNewest(world, TARGET);
    const resumed = await world.clock.run(resume(world, state, { signal: never }));
    expect(resumed).toMatchObject({ result: 'rolled-back', exit: 3 });
  });

  test('is looked for also where the release that shall get its traffic is not seen any more', async () => {
    const { world, sent } = rigged(() => LOST);
    const { observe, verify } = world.provider;
    tampered(world, {
      observe: async () => {
        const seen = await observe();
        if (!hasFailed(world)) return seen;
        return { ...seen, releases: seen.releases.filter(({ id }) => id !== v1.id) };
      },
      verify: async (operation, context) =>
        operation.kind === 'start' && turned(world) ? LOST : verify(operation, context),
    });
    const ending = await world.clock.run(running(world));
    expect(ending).toMatchObject({ result: 'stuck', exit: 4 });
    expect(ending.reason).toContain(WORDS);
    expect(since(world)).toBeLessThan(90_000);
    expect(sent).toEqual([]);
  });
});

test('on the way forward one look ends nothing either, and all of them stop it as a change by others', async () => {
  const world = servingWorld({ platform: createMemoryPlatform(4, PROFILES.balancer) });
  const { verify } = world.provider;
  let looks = 0;
  tampered(world, {
    verify: async (operation, context) => {
      if (operation.kind !== 'route' || context.wasDone) return verify(operation, context);
      looks += 1;
      const isGone = looks === 1 || operation.split[v2.id] === 100;
      return isGone ? LOST : verify(operation, context);
    },
  });
  const ending = await world.clock.run(running(world));
  expect(ending).toMatchObject({ result: 'diverged', exit: 7 });
  expect(ending.reason).toContain(WORDS);
  expect(world.platform.split).toMatchObject({ [v2.id]: 100 });
});
