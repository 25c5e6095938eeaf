import { Chalk } from 'chalk';
import { expect, test } from 'vitest';
import { memoryRelease } from '../../providers/memory/index.ts';
import { EMPTY_VIEW, reduce } from '../../reporters/kit/view-state.ts';
import { render } from '../../reporters/terminal/live-view.ts';
import type { CommonSettings, Release, Step } from '../../src/contract/index.ts';
import { drive, freezePlan, open, readNewest } from '../../src/engine/index.ts';
import { planReturn } from '../../strategies/return/return-plan.ts';
import {
  createTestWorld,
  no,
  probeGate,
  serving,
  type TestWorld,
  v1,
  v2,
  yes,
} from '../helpers/world.ts';
import { strategies } from './every.ts';
import { blueGreenSettings, canarySettings, rollingSettings, stage } from './scenes.ts';

const common = {
  check: ['probe'],
  gates: ['probe'],
  bake: { duration: 10_000, gates: [] },
  retire: { after: 5000 },
};
const stages = [stage(5), stage(50), stage(25), stage(100, { duration: 0 })];

const settings: Readonly<Record<string, CommonSettings>> = {
  canary: canarySettings({ ...common, stages }),
  'blue-green': blueGreenSettings(common),
  rolling: rollingSettings(common),
};
const names = Object.keys(settings);

/** Plans by a strategy against what the platform holds, and lets the engine carry it out. */
async function deploy(world: TestWorld, name: string, release: Release = v2) {
  return carryOut(world, name, release, (observation, live) => {
    const input = { observation, live, release, settings: settings[name] as CommonSettings };
    return strategies[name]?.plan(input) ?? [];
  });
}

type Observed = Awaited<ReturnType<TestWorld['provider']['observe']>>;

async function carryOut(
  world: TestWorld,
  strategy: string,
  release: Release,
  plan: (observation: Observed, live: Release | null) => readonly Step[],
) {
  const observation = await world.provider.observe();
  const live = observation.releases.find(({ id }) => id === observation.live)?.release ?? null;
  const frozen = freezePlan({
    folder: '/',
    target: {
      id: 'shop-1',
      service: 'shop',
      environment: null,
      identity: world.provider.identity,
    },
    provider: { name: 'memory', connection: {} },
    strategy,
    release,
    steps: plan(observation, live),
    gates: { probe: probeGate },
    deadline: null,
    rollbackDeadline: 600_000,
    undoes: null,
    onInterrupt: 'pause',
    notes: [],
    observation,
    live,
  });
  const session = await open(world, frozen, await readNewest(world, frozen.target.id));
  return drive(session);
}

test.each(names)('%s takes a service from one release to the next', async (name) => {
  const world = createTestWorld();
  serving(world.platform);
  const ending = await world.clock.run(deploy(world, name));
  expect(ending).toMatchObject({ result: 'succeeded', exit: 0 });
  expect(world.platform.live).toBe(v2.id);
  expect([...world.platform.releases.keys()]).toEqual([v2.id]);
});

test.each(names)('%s is taken back when a gate fails in the middle', async (name) => {
  const world = createTestWorld();
  serving(world.platform);
  const hasTraffic = () => (world.platform.split?.[v2.id] ?? 0) > 0;
  world.readings.set('probe', () => (hasTraffic() ? no : yes));
  const ending = await world.clock.run(deploy(world, name));
  expect(ending).toMatchObject({ result: 'rolled-back', exit: 3 });
  expect(world.platform.live).toBe(v1.id);
  expect([...world.platform.releases.keys()]).toEqual([v1.id]);
});

test.each(names)('%s can be the first deployment of a service', async (name) => {
  const world = createTestWorld();
  const ending = await world.clock.run(deploy(world, name));
  expect(ending).toMatchObject({ result: 'succeeded' });
  expect(world.platform.split).toEqual({ [v2.id]: 100 });
});

test.each(names)('after %s the release before can be brought back', async (name) => {
  const world = createTestWorld();
  serving(world.platform);
  const ending = await world.clock.run(
    deploy(world, name).then(() =>
      carryOut(world, 'return', v1, (observation, live) =>
        planReturn({ observation, live, release: v1, settings: settings[name] as CommonSettings }),
      ),
    ),
  );
  expect(ending).toMatchObject({ result: 'succeeded' });
  expect([...world.platform.releases.keys()]).toEqual([v1.id]);
});

test('what an earlier deployment left behind is gone after the next', async () => {
  const world = createTestWorld();
  serving(world.platform);
  const v0 = memoryRelease('v0');
  world.platform.releases.set(v0.id, { release: v0, units: 4, ready: 4, restarts: 0 });
  const ending = await world.clock.run(deploy(world, 'blue-green'));
  expect(ending).toMatchObject({ result: 'succeeded' });
  expect([...world.platform.releases.keys()]).toEqual([v2.id]);
});

test('the view follows what the engine really says, within the screen at every moment', async () => {
  const world = createTestWorld();
  serving(world.platform);
  world.readings.set('probe', () => (world.platform.split?.[v2.id] === 50 ? no : yes));
  await world.clock.run(deploy(world, 'canary'));
  let state = EMPTY_VIEW;
  const paint = new Chalk({ level: 0 });
  for (const event of world.events) {
    state = reduce(state, event);
    const lines = render(state, { columns: 60, rows: 20, now: event.at, paint, frame: '⠋' });
    expect(lines.length).toBeLessThanOrEqual(20);
    expect(lines.every((line) => [...line].length <= 60)).toBe(true);
  }
  expect(state.course.every(({ mark }) => mark === 'done')).toBe(true);
  expect(state.ending?.sentence).toBe('v2 was rolled back; v1 serves.');
  expect(state.weight).toBe(0);
});
