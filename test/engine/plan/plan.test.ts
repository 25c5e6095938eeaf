import { expect, test } from 'vitest';
import { checkSavedPlan, freezePlan } from '../../../src/engine/index.ts';
import { canaryActions, planOf, probeGate, v1, v2 } from '../../helpers/world.ts';
import { servingWorld } from '../stage.ts';

async function scene() {
  const world = servingWorld();
  const plan = await planOf(world, canaryActions);
  return { world, plan, observation: await world.provider.observe() };
}

test('the same draft gives the same hash, and any change another one', async () => {
  const { world, plan } = await scene();
  expect((await planOf(world, canaryActions)).hash).toBe(plan.hash);
  expect((await planOf(world, canaryActions.slice(1))).hash).not.toBe(plan.hash);
});

test('what served before is in the plan: release, split and units', async () => {
  const { plan } = await scene();
  expect(plan.before).toEqual({ live: v1, split: { [v1.id]: 100 }, units: 4 });
});

test('what the platform can do, and how long it takes, is in the plan for whoever goes back', async () => {
  const { plan, observation } = await scene();
  expect(plan.capabilities).toEqual(observation.capabilities);
});

test('only gates that a step names are kept', async () => {
  const { world } = await scene();
  const gates = { probe: probeGate, unused: probeGate };
  const plan = await planOf(world, canaryActions, { gates });
  expect(Object.keys(plan.gates)).toEqual(['probe']);
});

test('what something else owns is not planned for', async () => {
  const { plan, observation } = await scene();
  const owned = { ...observation, owner: 'Argo CD' };
  expect(() => freezePlan({ ...plan, observation: owned, live: v1 })).toThrow(/Argo CD/);
});

test('a saved plan is run when it is unchanged and what it was made for is still live', async () => {
  const { plan, observation } = await scene();
  const saved = JSON.parse(JSON.stringify(plan));
  expect(() => checkSavedPlan(saved, observation, v1)).not.toThrow();
});

test('a saved plan that was edited is refused, exit 7', async () => {
  const { plan, observation } = await scene();
  const edited = { ...plan, steps: plan.steps.slice(1) };
  expect(() => checkSavedPlan(edited, observation, v1)).toThrow(
    expect.objectContaining({ code: 'policy', exit: 7 }),
  );
});

test.each([
  ['another release is live', { live: v2.id }, v2],
  ['the split is another', { split: { [v1.id]: 90, [v2.id]: 10 } }, v1],
  ['nothing is live', { live: null, split: null }, null],
] as const)('a saved plan is refused when %s', async (_what, change, live) => {
  const { plan, observation } = await scene();
  expect(() => checkSavedPlan(plan, { ...observation, ...change }, live)).toThrow(
    /has changed since this plan was made/,
  );
});
