import { describe, expect, test } from 'vitest';
import { autoscale } from '../../../providers/memory/index.ts';
import type { Operation } from '../../../src/contract/index.ts';
import { missingCapacity } from '../../../src/engine/run/capacity.ts';
import { canaryActions, no, type TestWorld, v1, v2, yes } from '../../helpers/world.ts';
import { type Actions, at, running, servingWorld, tampered } from '../stage.ts';

const [start, half, hold, whole, promote, bake, retire] = canaryActions;
const quarter = { ...start, capacity: 25 };
const scale = { kind: 'scale', release: v2.id, capacity: 50 } as const;
const forward: Actions = [
  quarter,
  { kind: 'route', split: { [v1.id]: 75, [v2.id]: 25 }, match: null },
  { ...hold, duration: 30_000 },
  scale,
  half,
  { ...hold, duration: 30_000 },
  { kind: 'scale', release: v2.id, capacity: 100 },
  whole,
  promote,
  retire,
];

/** Every operation that was sent, in words. */
function recorded(world: TestWorld): string[] {
  const sent: string[] = [];
  const { apply } = world.provider;
  tampered(world, {
    apply: async (operation, context) => {
      sent.push(brief(operation));
      return apply(operation, context);
    },
  });
  return sent;
}

function brief(operation: Operation): string {
  switch (operation.kind) {
    case 'start':
      return `start ${operation.release.version} ${operation.capacity} ${operation.units ?? ''}`.trim();
    case 'scale':
      return `scale ${operation.capacity}`;
    case 'route':
      return `route ${operation.split[v2.id] ?? 0}`;
    default:
      return operation.kind;
  }
}

const capacityOf = ({ platform }: TestWorld, id: string) =>
  ((platform.releases.get(id)?.ready ?? 0) / platform.units) * 100;

describe('an autoscaler that grows what serves', () => {
  test('in a hold: the new release is scaled again within seconds, and the hold goes on', async () => {
    const world = servingWorld();
    const sent = recorded(world);
    at(world, 17_000, () => autoscale(world.platform, 16));
    let kept = 0;
    at(world, 26_000, () => {
      kept = capacityOf(world, v2.id);
    });
    const ending = await world.clock.run(running(world, forward));
    expect(ending).toMatchObject({ result: 'succeeded', exit: 0 });
    expect(kept).toBeGreaterThanOrEqual(25);
    expect(sent.slice(0, 4)).toEqual(['start v2 25', 'route 25', 'start v2 25', 'scale 50']);
    // What was watched before it was scaled again counts: two holds, and not a third.
    expect(world.clock.monotonic()).toBeLessThan(75_000);
  });

  test('right before a route: the capacity is asked for again, and the route waits for it', async () => {
    const world = servingWorld();
    const sent = recorded(world);
    const { observe } = world.provider;
    let grown = false;
    tampered(world, {
      observe: async () => {
        if (!grown && sent.at(-1) === 'scale 50') {
          grown = true;
          autoscale(world.platform, 16);
        }
        return observe();
      },
    });
    expect((await world.clock.run(running(world, forward))).result).toBe('succeeded');
    expect(sent.slice(2, 5)).toEqual(['scale 50', 'scale 50', 'route 50']);
  });

  test('while a route is on its way: a failure meanwhile takes the traffic back all the same', async () => {
    const world = servingWorld();
    const sent = recorded(world);
    const { verify } = world.provider;
    tampered(world, {
      verify: async (operation, context) => {
        if (operation.kind === 'route' && context.direction === 'forward')
          return { state: 'pending', progress: 'not routed yet' };
        return operation.kind === 'start' && sent.length > 2
          ? { state: 'failed', reason: 'the image is gone' }
          : verify(operation, context);
      },
    });
    at(world, 8000, () => autoscale(world.platform, 16));
    const ending = await world.clock.run(running(world, forward));
    expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
    expect(sent).toEqual(['start v2 25', 'route 25', 'start v2 25', 'route 0', 'retire']);
    expect(world.platform.split).toEqual({ [v1.id]: 100 });
  });

  test('again and again: it is followed, and ends nothing', async () => {
    const world = servingWorld();
    for (const [index, units] of [6, 9, 12, 16, 20].entries())
      at(world, 6000 * (index + 1), () => autoscale(world.platform, units));
    expect((await world.clock.run(running(world, forward))).result).toBe('succeeded');
  });

  test('which the platform cannot follow within the time of the step: the deployment goes back', async () => {
    const world = servingWorld();
    const { verify } = world.provider;
    tampered(world, {
      verify: async (operation, context) =>
        operation.kind === 'start' && world.platform.units === 16
          ? { state: 'pending', progress: '4 of 16 ready', again: true }
          : verify(operation, context),
    });
    at(world, 8000, () => autoscale(world.platform, 16));
    const ending = await world.clock.run(running(world, forward));
    expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
    expect(ending.reason).toContain('4 of 16 ready');
  });
});

/** The new release has all of the traffic, and the old one is shrunk to one unit before a gate fails. */
function shrunk(world: TestWorld) {
  at(world, 5000, () => {
    const entry = world.platform.releases.get(v1.id);
    if (entry) Object.assign(entry, { units: 1, ready: 1 });
  });
  world.readings.set('probe', () => (world.clock.monotonic() > 8000 ? no : yes));
  return running(world, [start, whole, promote, { ...bake, duration: 60_000 }, retire]);
}

describe('an autoscaler that has shrunk what served before', () => {
  test('it is brought up to what carried the load before it gets its traffic back', async () => {
    const world = servingWorld();
    const sent = recorded(world);
    const ending = await world.clock.run(shrunk(world));
    expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
    expect(sent.slice(3)).toEqual(['start v1 100 4', 'route 0', 'promote', 'retire']);
    expect(world.platform.releases.get(v1.id)?.ready).toBe(4);
  });

  test('after half of the time it gets its traffic with what there is', async () => {
    const world = servingWorld();
    const sent = recorded(world);
    const { verify } = world.provider;
    tampered(world, {
      verify: async (operation, context) =>
        operation.kind === 'start' && context.direction === 'back'
          ? { state: 'pending', progress: '1 of 4 ready' }
          : verify(operation, context),
    });
    const ending = await world.clock.run(shrunk(world));
    expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
    expect(world.platform.split).toEqual({ [v1.id]: 100 });
    expect(sent.at(-3)).toBe('route 0');
    expect(world.clock.monotonic()).toBeGreaterThanOrEqual(300_000);
    expect(world.clock.monotonic()).toBeLessThan(320_000);
  });

  test('where all of it shrank, because there is less to do, nothing is started', async () => {
    const world = servingWorld();
    const sent = recorded(world);
    at(world, 5000, () => {
      autoscale(world.platform, 1);
    });
    await world.clock.run(shrunk(world));
    expect(sent.slice(3)).toEqual(['route 0', 'promote', 'retire']);
  });

  test('where units only crash, the traffic goes back at once', async () => {
    const world = servingWorld();
    const sent = recorded(world);
    at(world, 6000, () => {
      const entry = world.platform.releases.get(v1.id);
      if (entry) Object.assign(entry, { units: 4, ready: 3 });
    });
    await world.clock.run(shrunk(world));
    expect(sent.slice(3)).toEqual(['route 0', 'promote', 'retire']);
  });
});

describe('capacity that is not a number', () => {
  const unknown = (world: TestWorld, health: () => 'healthy' | 'unhealthy') => {
    const { observe } = world.provider;
    return tampered(world, {
      observe: async () => {
        const seen = await observe();
        const releases = seen.releases.map((one) =>
          one.id === v2.id ? { ...one, capacity: null, health: health() } : one,
        );
        return { ...seen, full: null, releases };
      },
    });
  };

  test('a healthy release gets its traffic', async () => {
    const world = unknown(servingWorld(), () => 'healthy');
    expect((await world.clock.run(running(world))).result).toBe('succeeded');
  });

  test('an unhealthy one does not, and is looked at no more often than once a second', async () => {
    let looks = 0;
    const world = unknown(servingWorld(), () => {
      looks++;
      return 'unhealthy';
    });
    const ending = await world.clock.run(running(world));
    expect(ending).toMatchObject({ result: 'rolled-back' });
    expect(ending.reason).toContain(`${v2.id} is not healthy and would get 50 %`);
    expect(looks).toBeLessThan(world.clock.monotonic() / 1000 + 60);
  });
});

test('where capacity follows the weight by itself, any release that serves gets it', async () => {
  const world = servingWorld();
  const { capabilities, releases, ...seen } = await world.provider.observe();
  const few = releases.map((release) => ({ ...release, capacity: 25 }));
  const missing = (coupled: boolean) =>
    missingCapacity(
      { ...seen, releases: few, capabilities: { ...capabilities, coupled } },
      { kind: 'route', split: { [v1.id]: 100 }, match: null },
      { back: false },
    );
  expect(missing(true)).toBeNull();
  expect(missing(false)).toContain('healthy capacity for 25 %');
});

describe('a new release whose units all fall at the end of its bake', () => {
  const falling = (policy: 'hold' | 'rollback', returns: number | null) => {
    const world = servingWorld();
    const fall = (ready: number) => () =>
      Object.assign(world.platform.releases.get(v2.id) ?? {}, { ready });
    at(world, 19_000, fall(0));
    if (returns !== null) at(world, returns, fall(world.platform.units));
    return {
      world,
      actions: canaryActions.map((action) =>
        action.kind === 'retire' ? { ...action, onFailure: policy } : action,
      ),
    };
  };

  test('leaves the old one where it is, so that one change leads back', async () => {
    const { world, actions } = falling('hold', null);
    const ending = await world.clock.run(running(world, actions));
    expect(ending.result).toBe('failed');
    expect(ending.reason).toContain(`${v2.id} has no healthy unit, so ${v1.id} stays`);
    expect(world.platform.releases.get(v1.id)?.ready).toBe(world.platform.units);
  });

  test('loses the traffic where the plan says so', async () => {
    const { world, actions } = falling('rollback', null);
    expect((await world.clock.run(running(world, actions))).result).toBe('rolled-back');
    expect(world.platform.split).toEqual({ [v1.id]: 100 });
  });

  test('goes on once they are back', async () => {
    const { world, actions } = falling('rollback', 30_000);
    expect((await world.clock.run(running(world, actions))).result).toBe('succeeded');
    expect([...world.platform.releases.keys()]).toEqual([v2.id]);
  });
});

test('a capacity that is no number is not enough for any traffic', async () => {
  const world = servingWorld();
  const { observe } = world.provider;
  tampered(world, {
    observe: async () => {
      const seen = await observe();
      const releases = seen.releases.map((one) =>
        one.id === v2.id ? { ...one, capacity: Number.NaN } : one,
      );
      return { ...seen, releases };
    },
  });
  const ending = await world.clock.run(running(world));
  expect(ending.result).toBe('rolled-back');
  expect(ending.reason).toContain('healthy capacity for 0 %');
});
