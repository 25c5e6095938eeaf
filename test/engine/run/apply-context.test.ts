import { expect, test } from 'vitest';
import { type Provider, ProviderError } from '../../../src/contract/index.ts';
import { readNewest, resume } from '../../../src/engine/index.ts';
import { type TestWorld, v2 } from '../../helpers/world.ts';
import { another, at, never, running, servingWorld, TARGET, tampered } from '../stage.ts';

test('a provider is told of every operation what the deployment is to bring, whole', async () => {
  const world = servingWorld();
  const told: unknown[] = [];
  const { apply } = world.provider;
  tampered(world, {
    apply: async (operation, context) => {
      told.push(context.release);
      return apply(operation, context);
    },
  });
  expect((await world.clock.run(running(world))).result).toBe('succeeded');
  expect(new Set(told)).toEqual(new Set([v2]));
});

test('it is told of every operation which weights the release is given, also on the way back', async () => {
  const world = servingWorld();
  const told: { readonly direction: string; readonly weights: unknown }[] = [];
  let planned: readonly number[] = [];
  const { apply } = world.provider;
  tampered(world, {
    apply: async (operation, context) => {
      const { direction, weights } = context;
      told.push({ direction, weights });
      if (operation.kind === 'start' && direction === 'forward') planned = operation.weights;
      if (operation.kind === 'promote') throw new ProviderError('permanent', 'No.');
      return apply(operation, context);
    },
  });
  expect((await world.clock.run(running(world))).result).toBe('rolled-back');
  expect(planned.length).toBeGreaterThan(0);
  expect(new Set(told.map(({ direction }) => direction))).toEqual(new Set(['forward', 'back']));
  expect(told).toEqual(told.map(({ direction }) => ({ direction, weights: planned })));
});

interface Told {
  readonly at: number;
  readonly call: 'apply' | 'verify';
  readonly routed: boolean;
}

/** What the provider is told of the start of v2, call by call. */
function toldOfStart(world: TestWorld): readonly Told[] {
  const told: Told[] = [];
  const { apply, verify } = world.provider;
  const note = (call: Told['call'], ...[operation, context]: Parameters<Provider['verify']>) => {
    if (operation.kind !== 'start' || operation.release.id !== v2.id) return;
    told.push({ at: world.clock.monotonic(), call, routed: context.routed === true });
  };
  tampered(world, {
    apply: async (operation, context) => {
      note('apply', operation, context);
      return apply(operation, context);
    },
    verify: async (operation, context) => {
      note('verify', operation, context);
      return verify(operation, context);
    },
  });
  return told;
}

test('a provider is told of a start, once its release was given traffic, that it was', async () => {
  const world = servingWorld();
  const told = toldOfStart(world);
  expect((await world.clock.run(running(world))).result).toBe('succeeded');
  const first = told.filter(({ routed }) => !routed);
  const later = told.filter(({ routed }) => routed);
  expect(first.map(({ call }) => call)).toEqual(['apply', 'verify']);
  expect(later.length).toBeGreaterThan(1);
  expect(told).toEqual([...first, ...later]);
});

test('whoever takes over in the middle of a change of traffic tells the same', async () => {
  const world = servingWorld();
  const { apply } = world.provider;
  let fallen = false;
  tampered(world, {
    apply: async (operation, context) => {
      fallen ||= operation.kind === 'route';
      if (fallen) return new Promise<never>(() => {});
      return apply(operation, context);
    },
  });
  const first = running(world);
  void first.catch(() => {});
  const other = another(world);
  const told = toldOfStart(other);
  const taken = new Promise<string>((done) => {
    at(world, 5000, async () => {
      other.dead.add('ada');
      const found = await readNewest(other, TARGET);
      done((await resume(other, found, { signal: never })).result);
    });
  });
  expect(await world.clock.run(taken)).toBe('succeeded');
  expect(fallen).toBe(true);
  expect(told.length).toBeGreaterThan(1);
  expect(told.filter(({ routed }) => !routed)).toEqual([]);
});
