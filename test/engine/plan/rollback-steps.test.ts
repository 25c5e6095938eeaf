import { describe, expect, test } from 'vitest';
import type { Action, Plan, Step } from '../../../src/contract/index.ts';
import { rollbackSteps } from '../../../src/engine/plan/rollback-steps.ts';
import { createTestWorld, serving } from '../../helpers/world.ts';
import { type Course, plain, planFor, v1, v2, v3 } from '../../simulation/plans.ts';

async function planned(course: Course, hooks = false): Promise<Plan> {
  const world = createTestWorld();
  if (course !== 'first') serving(world.platform, v1);
  const plan = await planFor(world, v2, { ...plain(course), hooks });
  if (!plan) throw new Error('nothing is planned');
  return plan;
}

function short(action: Action): string {
  const name = (id: string) => id.split('-')[0];
  switch (action.kind) {
    case 'start':
      return `start ${action.release.version} ${action.capacity}`;
    case 'route':
      return `route ${Object.entries(action.split)
        .map(([id, weight]) => `${name(id)}=${weight}`)
        .join(' ')}`;
    case 'replace':
      return `replace ${action.replaced} of ${action.of}`;
    case 'promote':
    case 'retire':
      return `${action.kind} ${name(action.release)}`;
    case 'run':
      return `undo ${action.name}`;
    default:
      return action.kind;
  }
}

const back = (plan: Plan, upTo: string): string[] => {
  const last = plan.steps.findIndex((step: Step) => step.id.endsWith(upTo));
  return rollbackSteps(plan, plan.steps.slice(0, last + 1)).map(({ action }) => short(action));
};

const TABLE: Readonly<Record<Course, Readonly<Record<string, readonly string[]>>>> = {
  canary: {
    '01-check': [],
    '02-start': ['retire v2'],
    '03-check': ['retire v2'],
    '04-route': ['route v1=100', 'retire v2'],
    '08-hold': ['route v1=100', 'retire v2'],
    '10-route': ['route v1=100', 'retire v2'],
    '11-promote': ['route v1=100', 'promote v1', 'retire v2'],
    '12-bake': ['route v1=100', 'promote v1', 'retire v2'],
    '13-retire': ['start v1 100', 'route v1=100', 'promote v1', 'retire v2'],
  },
  'blue-green': {
    '01-check': [],
    '02-start': ['retire v2'],
    '04-route': ['route v1=100', 'retire v2'],
    '05-promote': ['route v1=100', 'promote v1', 'retire v2'],
    '07-retire': ['start v1 100', 'route v1=100', 'promote v1', 'retire v2'],
  },
  rolling: {
    '01-check': [],
    '02-replace': ['replace 0 of 4', 'retire v2'],
    '04-hold': ['replace 0 of 4', 'retire v2'],
    '05-replace': ['replace 0 of 4', 'retire v2'],
    '07-promote': ['replace 0 of 4', 'promote v1', 'retire v2'],
    '09-retire': ['replace 0 of 4', 'promote v1', 'retire v2'],
  },
  first: {
    '01-start': ['retire v2'],
    '03-route': ['retire v2'],
    '05-bake': ['retire v2'],
  },
};

describe.each(Object.entries(TABLE))('the way back of a %s deployment', (course, table) => {
  test.each(Object.entries(table))('from %s', async (upTo, expected) => {
    const plan = await planned(course as Course);
    expect(plan.steps.map(({ id }) => id)).toContain(upTo);
    expect(back(plan, upTo)).toEqual(expected);
  });
});

test('hooks that were begun are undone after the traffic is back and before anything is removed', async () => {
  const plan = await planned('blue-green', true);
  expect(back(plan, '-route')).toEqual(['route v1=100', 'undo migrate', 'retire v2']);
});

test('a hook that has no undo is not run again', async () => {
  const plan = await planned('blue-green', true);
  const steps = plan.steps.map((step) =>
    step.action.kind === 'run' ? { ...step, action: { ...step.action, undo: null } } : step,
  );
  const ways = rollbackSteps({ ...plan, steps }, steps).map(({ action }) => short(action));
  expect(ways).toEqual(['start v1 100', 'route v1=100', 'promote v1', 'retire v2']);
});

test('the way back has a time limit of its own, whatever the whole deployment was given', async () => {
  const plan = await planned('canary');
  const limits = ({ deadline }: Plan) =>
    rollbackSteps({ ...plan, deadline }, plan.steps).map((step) => step.deadline);
  expect(limits({ ...plan, deadline: 1000 })).toEqual(limits({ ...plan, deadline: null }));
});

test('of several hooks the last one is undone first', async () => {
  const plan = await planned('blue-green', true);
  const steps = plan.steps.flatMap((step) =>
    step.action.kind === 'run'
      ? ['migrate', 'warm up'].map((name) => ({
          ...step,
          action: { ...step.action, name } as Action,
        }))
      : [step],
  );
  const undone = rollbackSteps(plan, steps).map(({ action }) => short(action));
  expect(undone.filter((what) => what.startsWith('undo'))).toEqual([
    'undo warm up',
    'undo migrate',
  ]);
});

test('a release that had traffic before the deployment is not removed by its way back', async () => {
  const plan = await planned('canary');
  const split = { [v1.id]: 80, [v2.id]: 20 };
  const shared = { ...plan, before: { ...plan.before, split } };
  expect(back(shared, '04-route')).toEqual(['route v1=80 v2=20']);
});

test('a live release that had no traffic gets all of it back', async () => {
  const plan = await planned('canary');
  const silent = { ...plan, before: { ...plan.before, split: null } };
  expect(back(silent, '04-route')[0]).toBe('route v1=100');
});

test('where nobody knew who was live, the way back leaves the traffic to whoever had it', async () => {
  const plan = await planned('first');
  const split = { [v1.id]: 80, [v3.id]: 20 };
  const unmarked = { ...plan, before: { ...plan.before, live: null, split } };
  const ways = rollbackSteps(unmarked, unmarked.steps.slice(0, 1)).map(({ action }) => action);
  expect(ways).toEqual([{ kind: 'retire', release: v2.id, keeps: v1.id }]);
  expect(back(unmarked, '03-route')).toEqual(['route v1=80 v3=20', 'retire v2']);
});

test('where nothing served, the way back takes everything off', async () => {
  const plan = await planned('first');
  const ways = rollbackSteps(plan, plan.steps.slice(0, 1)).map(({ action }) => action);
  expect(ways).toEqual([{ kind: 'retire', release: v2.id, keeps: null }]);
});

test('what brings up the old release has half of the time of the way back, everything else all of it', async () => {
  const plan = await planned('blue-green');
  const deadlines = rollbackSteps(plan, plan.steps).map(({ action, deadline }) => [
    action.kind,
    deadline,
  ]);
  const whole = plan.rollbackDeadline;
  expect(deadlines).toEqual([
    ['start', whole / 2],
    ['route', whole],
    ['promote', whole],
    ['retire', whole],
  ]);
});

test('the old release comes back with as many units as carried the load before', async () => {
  const plan = await planned('blue-green');
  const [start] = rollbackSteps(plan, plan.steps).map(({ action }) => action);
  expect(start).toEqual({ kind: 'start', release: v1, capacity: 100, units: 4, weights: [] });
});

test('where nothing is kept warm, the old release is started before it gets its traffic back', async () => {
  const plan = await planned('canary');
  const { capabilities } = plan;
  if (!capabilities) throw new Error('the plan does not say what can be done');
  const cold = { ...plan, capabilities: { ...capabilities, idle: 'cold' as const } };
  expect(back(cold, '03-check')).toEqual(['retire v2']);
  expect(back(cold, '04-route')).toEqual(['start v1 100', 'route v1=100', 'retire v2']);
});

test('batches go back in one step, no slower than a quarter of the units at a time', async () => {
  const plan = await planned('rolling');
  const many = plan.steps.map((step) =>
    step.action.kind === 'replace'
      ? { ...step, action: { ...step.action, of: 100, surge: 1 } }
      : step,
  );
  const [replace, ...rest] = rollbackSteps(plan, many).map(({ action }) => action);
  expect(replace).toMatchObject({ kind: 'replace', replaced: 0, of: 100, surge: 25 });
  expect(rest.map(({ kind }) => kind)).toEqual(['promote', 'retire']);
});

test('batches that go back at once have the platform’s own time for each of them', async () => {
  const plan = await planned('rolling');
  const { capabilities } = plan;
  if (!capabilities) throw new Error('the plan does not say what can be done');
  const takes = { replace: { best: 10_000, worst: 600_000 } };
  const slow = {
    ...plan,
    capabilities: { ...capabilities, timing: { ...capabilities.timing, propagation: 0, takes } },
  };
  const batches = plan.steps.filter(({ action }) => action.kind === 'replace');
  const [step] = rollbackSteps(slow, batches);
  expect(batches.length).toBeGreaterThan(1);
  expect(step?.deadline).toBe(plan.rollbackDeadline + batches.length * 600_000);
});

test('batches that leave no room for another unit go back without one, too', async () => {
  const plan = await planned('rolling');
  const tight = plan.steps.map((step) =>
    step.action.kind === 'replace'
      ? { ...step, action: { ...step.action, of: 8, surge: 0, unavailable: 1 } }
      : step,
  );
  const [replace] = rollbackSteps(plan, tight).map(({ action }) => action);
  expect(replace).toMatchObject({ kind: 'replace', replaced: 0, surge: 0, unavailable: 2 });
});

test('where a release has traffic as soon as it is started, its start is undone by a route', async () => {
  const plan = await planned('canary');
  const { capabilities } = plan;
  if (!capabilities) throw new Error('the plan does not say what can be done');
  const driven = { ...plan, capabilities: { ...capabilities, startsWithTraffic: true } };
  expect(back(driven, '01-check')).toEqual([]);
  expect(back(driven, '02-start')).toEqual(['route v1=100', 'retire v2']);
});

test('what the platform itself takes comes on top of the time for the way back', async () => {
  const plan = await planned('canary');
  const { capabilities } = plan;
  if (!capabilities) throw new Error('the plan does not say what can be done');
  const takes = { retire: { best: 1, worst: 300_000 } };
  const slow = {
    ...plan,
    capabilities: { ...capabilities, timing: { ...capabilities.timing, takes } },
  };
  const last = (of: Plan) => rollbackSteps(of, of.steps).at(-1);
  expect(last(slow)?.action.kind).toBe('retire');
  expect(last(slow)?.deadline).toBe((last(plan)?.deadline ?? 0) + 300_000);
});
