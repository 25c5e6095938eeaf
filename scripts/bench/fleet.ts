import { createMemoryPlatform, createMemoryProvider } from '../../providers/memory/index.ts';
import type { Plan } from '../../src/contract/index.ts';
import { DEFAULT_PACE, drive, open, readNewest, type World } from '../../src/engine/index.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { systemRandom } from '../../src/lib/random.ts';
import { createMemoryStore } from '../../stores/memory/index.ts';
import { VirtualClock } from '../../test/helpers/virtual-clock.ts';
import { createTestWorld, serving } from '../../test/helpers/world.ts';
import { plain, planFor, TARGET, v1, v2 } from '../../test/simulation/plans.ts';

export type Time = 'real' | 'virtual';

export interface Cost {
  readonly megabytes: number;
  readonly cores: number;
  readonly seconds: number;
}

/** Many deployments at once in this process, to be asked for in one that does nothing else. */
export async function driveFleet(count: number, time: Time): Promise<Cost> {
  const begun = performance.now();
  const before = process.cpuUsage();
  const virtual = new VirtualClock();
  const clock = time === 'real' ? systemClock : virtual;
  const all = Promise.all(Array.from({ length: count }, () => driveOne(clock)));
  const results = await (time === 'real' ? all : virtual.run(all));
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - begun) / 1000;
  const failed = results.find((result) => result !== 'succeeded');
  if (failed) throw new Error(`a deployment of the fleet ended ${failed}`);
  const megabytes = process.resourceUsage().maxRSS / 1024;
  return { megabytes, cores: (user + system) / 1e6 / seconds, seconds };
}

async function driveOne(clock: Clock): Promise<string> {
  const world = fleetWorld(clock);
  const plan = await canaryPlan(world);
  const session = await open(world, plan, await readNewest(world, TARGET));
  return (await drive(session)).result;
}

async function canaryPlan(world: World): Promise<Plan> {
  const plan = await planFor(world, v2, plain('canary'));
  if (!plan) throw new Error('there is nothing to deploy');
  return plan;
}

function fleetWorld(clock: Clock = systemClock): World {
  return {
    ...createTestWorld(),
    clock,
    random: systemRandom,
    store: createMemoryStore(),
    provider: createMemoryProvider(serving(createMemoryPlatform(), v1)),
    emit: () => {},
    pace: DEFAULT_PACE,
  };
}
