import { expect, test } from 'vitest';
import type { Plan, RecordedIdentity, Target } from '../../../src/contract/index.ts';
import { drive, open, readNewest } from '../../../src/engine/index.ts';
import { keys } from '../../../src/engine/journal/keys.ts';
import { hashOf } from '../../../src/lib/canonical.ts';
import { canaryActions, planOf, type TestWorld } from '../../helpers/world.ts';
import { begin, servingWorld } from '../stage.ts';

/** The plan as another config would have it made: for another label, perhaps of another place. */
async function planAs(world: TestWorld, change: Partial<Target>): Promise<Plan> {
  const { hash: _, ...plan } = await planOf(world, canaryActions);
  const unhashed = { ...plan, target: { ...plan.target, ...change } };
  return { ...unhashed, hash: hashOf(unhashed) };
}

async function deployed(): Promise<TestWorld> {
  const world = servingWorld();
  await world.clock.run(begin(world).then((session) => drive(session)));
  return world;
}

const opened = async (world: TestWorld, plan: Plan) =>
  world.clock.run(readNewest(world, plan.target.id).then((found) => open(world, plan, found)));

test('a place that has a log under another label is refused, and the label is named', async () => {
  const world = await deployed();
  const plan = await planAs(world, { id: 'web-1', service: 'web' });
  const error = await opened(world, plan).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'policy', exit: 7 });
  expect((error as Error).message).toContain('already deployed to as shop (shop-1)');
  expect(await world.store.list(keys.targets)).toEqual(['shop-1']);
});

test('a log of the first edition, which knew only pins, holds its place as well', async () => {
  const world = await deployed();
  const about = JSON.parse((await world.store.get(keys.about('shop-1'))) ?? '') as Target;
  const { place: _, ...identity } = about.identity;
  await world.store.put(keys.about('shop-1'), JSON.stringify({ ...about, identity }));
  const plan = await planAs(world, { id: 'web-1', service: 'web' });
  await expect(opened(world, plan)).rejects.toMatchObject({ code: 'policy' });
});

test.each<[string, Partial<RecordedIdentity>]>([
  ['another place', { place: { name: 'elsewhere' } }],
  ['another place with the same pins', { place: { workload: 'b' }, pins: { name: 'memory' } }],
])('%s has a log of its own', async (_what, change) => {
  const world = await deployed();
  const identity = { ...world.provider.identity, ...change };
  const plan = await planAs(world, { id: 'web-1', service: 'web', identity });
  expect((await opened(world, plan)).state.chapter).toBe(1);
});

test('a target of which nothing is recorded holds no place', async () => {
  const world = servingWorld();
  const { target } = await planOf(world, canaryActions);
  await world.store.create(keys.about('web-1'), JSON.stringify({ ...target, id: 'web-1' }));
  expect((await world.clock.run(begin(world))).state.chapter).toBe(1);
});
