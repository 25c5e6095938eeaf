import { describe, expect, test } from 'vitest';
import type { MeasureRequest } from '../../../src/contract/index.ts';
import { type Provider, ProviderError } from '../../../src/contract/index.ts';
import { drive, readNewest, resume } from '../../../src/engine/index.ts';
import { canaryActions, no, probeGate, type TestWorld, v1, v2, yes } from '../../helpers/world.ts';
import { another, at, begin, never, running, servingWorld, TARGET, tampered } from '../stage.ts';

const denied = async () => {
  throw new ProviderError('denied', '401 the token has expired');
};

/** From `from` on these calls are denied. */
function denying(world: TestWorld, from: number, methods: readonly (keyof Provider)[]) {
  const changed = methods.map((method) => {
    const inner = world.provider[method] as (...args: unknown[]) => Promise<unknown>;
    const guarded = (...args: unknown[]) =>
      world.clock.monotonic() >= from ? denied() : inner(...args);
    return [method, guarded];
  });
  return tampered(world, Object.fromEntries(changed));
}

const ALL = ['observe', 'apply', 'verify'] as const;
const quiet = canaryActions.map((action) => ({ ...action, watch: [] }));

/** Elsewhere, where the credentials are good. */
async function goneOn(world: TestWorld) {
  const other = another(world);
  const work = readNewest(other, TARGET).then((found) => resume(other, found, { signal: never }));
  return world.clock.run(work);
}

describe.each<[string, readonly (keyof Provider)[]]>([
  ['in everything', ALL],
  ['only in what it reads back', ['verify']],
  ['only in what it changes', ['apply']],
])('credentials that are denied in mid-hold, %s', (_what, methods) => {
  test('rest the deployment where it is, exit 5, in words that say what serves', async () => {
    const world = denying(servingWorld(), 8000, methods);
    const ending = await world.clock.run(running(world, quiet));
    expect(ending).toMatchObject({ result: 'denied', exit: 5 });
    expect(ending.reason).toContain('401 the token has expired');
    expect(ending.reason).toContain('v1 has 50 % of the traffic and v2 has 50 %');
    expect(world.clock.monotonic()).toBeLessThan(16_000);
    expect(world.platform.split).toEqual({ [v1.id]: 50, [v2.id]: 50 });
    expect(world.events.some(({ type }) => type === 'turned')).toBe(false);
    expect((await goneOn(world)).result).toBe('succeeded');
  });
});

test('credentials that may not read back what was sent rest the deployment at once', async () => {
  const world = denying(servingWorld(), 0, ['verify']);
  expect(await world.clock.run(running(world))).toMatchObject({ result: 'denied', exit: 5 });
  expect(world.clock.monotonic()).toBeLessThan(2000);
});

test('a gate that is blind because the platform denies a look rests the deployment, and does not send it back', async () => {
  const world = denying(servingWorld(), 5000, ['observe']);
  Object.assign(world, {
    source: () => ({
      measure: async (request: MeasureRequest) => {
        const isSeen = await request.observe().then(
          () => true,
          () => false,
        );
        return isSeen ? yes : { ...no, kind: 'sourceError' as const };
      },
    }),
  });
  const ending = await world.clock.run(running(world));
  expect(ending).toMatchObject({ result: 'denied', exit: 5 });
  expect(world.events.some(({ type }) => type === 'turned')).toBe(false);
});

test('nor does one whose way to the candidate the platform denies, which it tells as a mere error', async () => {
  const world = servingWorld();
  const reach = async () => (world.clock.monotonic() >= 5000 ? denied() : null);
  tampered(world, { access: { reach, logs: async () => [] } });
  Object.assign(world, {
    source: () => ({
      measure: ({ reach: way }: MeasureRequest) =>
        way().then(
          () => yes,
          () => ({ ...no, kind: 'sourceError' as const }),
        ),
    }),
  });
  expect(await world.clock.run(running(world))).toMatchObject({ result: 'denied', exit: 5 });
  expect(world.events.some(({ type }) => type === 'turned')).toBe(false);
});

test.each([
  ['a gate whose source is denied rests the deployment', false, 'denied'],
  ['one that only advises does not', true, 'succeeded'],
] as const)('%s', async (_what, advisory, result) => {
  const world = servingWorld();
  world.readings.set('probe', denied);
  const begun = begin(world, canaryActions, { gates: { probe: { ...probeGate, advisory } } });
  const ending = await world.clock.run(begun.then((session) => drive(session)));
  expect(ending.result).toBe(result);
});

test('on the way back it rests at once instead of trying for its whole time', async () => {
  const world = servingWorld();
  let isBack = false;
  world.readings.set('probe', () => {
    isBack = world.clock.monotonic() > 4000;
    return isBack ? no : { ...no, kind: 'ok' as const, candidate: { value: 1, samples: 1 } };
  });
  const { apply } = world.provider;
  tampered(world, {
    apply: async (operation, context) =>
      context.direction === 'back' ? denied() : apply(operation, context),
  });
  const ending = await world.clock.run(running(world));
  expect(ending).toMatchObject({ result: 'denied', exit: 5 });
  expect(ending.reason).toContain('v2 has 50 % of the traffic');
  expect(world.clock.monotonic()).toBeLessThan(10_000);
  world.readings.clear();
  expect(await goneOn(world)).toMatchObject({ result: 'rolled-back', exit: 3 });
  expect(world.platform.split).toEqual({ [v1.id]: 100 });
});

test('an end that may not be looked at is not said, and not called stuck', async () => {
  const world = servingWorld();
  const { apply, observe } = world.provider;
  let over = false;
  tampered(world, {
    apply: async (operation, context) => {
      await apply(operation, context);
      over ||= operation.kind === 'retire';
    },
    observe: () => (over ? denied() : observe()),
  });
  expect(await world.clock.run(running(world, quiet))).toMatchObject({ result: 'denied', exit: 5 });
  expect((await goneOn(world)).result).toBe('succeeded');
});

test('whoever wants to go back meanwhile has turned it round before it rests', async () => {
  const world = denying(servingWorld(), 8000, ['apply']);
  at(world, 8500, () => world.interrupt('SIGINT'));
  const begun = begin(world, quiet, { onInterrupt: 'rollback' });
  const ending = await world.clock.run(begun.then((session) => drive(session)));
  expect(ending).toMatchObject({ result: 'denied', exit: 5 });
  expect(await goneOn(world)).toMatchObject({ result: 'rolled-back' });
});

test('what the platform refuses to read back for good fails in its own words', async () => {
  const world = servingWorld();
  const { verify } = world.provider;
  tampered(world, {
    verify: async (operation, context) => {
      if (operation.kind === 'route' && operation.split[v2.id] === 50)
        throw new ProviderError('permanent', 'the rule was deleted');
      return verify(operation, context);
    },
  });
  const ending = await world.clock.run(running(world));
  expect(ending).toMatchObject({ result: 'rolled-back', reason: 'route: the rule was deleted' });
  expect(world.clock.monotonic()).toBeLessThan(5000);
});
