import { expect, test } from 'vitest';
import { type Plan, ProviderError } from '../../../src/contract/index.ts';
import { open, readNewest, resume } from '../../../src/engine/index.ts';
import { canaryActions, planOf, type TestWorld, v1, v2 } from '../../helpers/world.ts';
import { another, at, never, running, servingWorld, TARGET, tampered } from '../stage.ts';

const MINUTE = 60_000;

/** Old connections reach the former release for a minute, and looks fail while `blind` says so. */
function slowWorld(world: TestWorld, blind: () => boolean): TestWorld {
  const { observe } = world.provider;
  return tampered(world, {
    observe: async () => {
      if (blind()) throw new ProviderError('throttled', '429');
      const seen = await observe();
      const timing = { ...seen.capabilities.timing, propagation: MINUTE };
      return { ...seen, capabilities: { ...seen.capabilities, timing } };
    },
  });
}

const unwatched = canaryActions.filter(({ kind }) => kind !== 'hold' && kind !== 'bake');

function retiredAfterRoute({ events, clock }: TestWorld): number {
  const routed = events.findLast(({ type }) => type === 'routed')?.at ?? Infinity;
  const retired = events.find(
    ({ type, data }) => type === 'step-begun' && 'step' in data && data.step.id.endsWith('retire'),
  );
  return (retired?.at ?? clock.wall()) - routed;
}

test('a look that fails after a route takes nothing from the wait for old connections', async () => {
  const world = servingWorld();
  let blindUntil = 0;
  slowWorld(world, () => world.clock.monotonic() < blindUntil);
  const { apply } = world.provider;
  tampered(world, {
    apply: async (operation, context) => {
      await apply(operation, context);
      if (operation.kind === 'route') blindUntil = world.clock.monotonic() + 55_000;
    },
  });
  expect((await world.clock.run(running(world, unwatched))).result).toBe('succeeded');
  expect(retiredAfterRoute(world)).toBeGreaterThanOrEqual(MINUTE);
});

test('proxies are waited for behind the last of changes that follow each other at once', async () => {
  const took = async (passing: boolean) => {
    const world = slowWorld(servingWorld(), () => false);
    const actions = unwatched.map((action) =>
      action.kind === 'route' && passing && action.split[v1.id] !== 0
        ? { ...action, passing: true as const }
        : action,
    );
    expect((await world.clock.run(running(world, actions))).result).toBe('succeeded');
    expect(retiredAfterRoute(world)).toBeGreaterThanOrEqual(MINUTE);
    const [first, last] = world.events.filter(({ type }) => type === 'routed');
    return (last?.at ?? 0) - (first?.at ?? 0);
  };
  expect(await took(false)).toBeGreaterThanOrEqual(MINUTE);
  expect(await took(true)).toBeLessThan(MINUTE);
});

/** Somebody dies in the middle of the last route; the other one sees nothing for a while. */
async function takenOver(edition: (plan: Plan) => Plan): Promise<number> {
  const world = servingWorld();
  slowWorld(world, () => false);
  const plan = edition(await planOf(world, unwatched));
  const session = await open(world, plan, await readNewest(world, TARGET));
  for (const intent of ['01-start', '02-route', '03-route']) {
    const outcome = session.state.inFlight
      ? { step: session.state.inFlight, result: 'done' as const, reason: null, gate: null, took: 1 }
      : null;
    await world.clock.run(session.record({ kind: 'step', outcome, intent }));
  }
  world.platform.releases.set(v2.id, { release: v2, units: 4, ready: 4, restarts: 0 });
  world.platform.split = { [v1.id]: 0, [v2.id]: 100 };
  const other = another(world);
  other.dead.add('ada');
  let blind = true;
  slowWorld(other, () => blind);
  at(other, 55_000, () => {
    blind = false;
  });
  const work = readNewest(other, TARGET).then((found) => resume(other, found, { signal: never }));
  expect((await world.clock.run(work)).result).toBe('succeeded');
  return retiredAfterRoute(other);
}

test('whoever takes over in the middle of a route knows from the plan how long to wait', async () => {
  expect(await takenOver((plan) => plan)).toBeGreaterThanOrEqual(MINUTE);
});

test('where the plan is of the first edition, whoever takes over asks until it is told', async () => {
  const first = ({ capabilities: _new, ...plan }: Plan): Plan => plan;
  expect(await takenOver(first)).toBeGreaterThanOrEqual(MINUTE);
});
