import { expect, test } from 'vitest';
import { rolling } from '../../../strategies/rolling/plan.ts';
import {
  able,
  inputOf,
  nothing,
  observed,
  seen,
  rollingSettings as settings,
  table,
} from '../scenes.ts';

const plan = (...args: Parameters<typeof inputOf<ReturnType<typeof settings>>>) =>
  rolling.plan(inputOf(...args));

const batches = (over: Parameters<typeof settings>[0], desired = 4) =>
  plan(settings(over), {
    observation: observed({ releases: [seen('v1', { desired, ready: desired })] }),
  }).flatMap(({ action }) => (action.kind === 'replace' ? [action] : []));

test('a rolling deployment replaces batch after batch, and asks the first one before the next', () => {
  expect(table(plan(settings({ maxSurge: { count: 2 }, batch: { percent: 50 } })))).toEqual([
    '01-replace batch 1 of 2: replace units 1 to 2 of 4',
    '02-check check v2 at its own address',
    '03-hold batch 1 of 2: watch 50 % for 30s [errors]',
    '04-replace batch 2 of 2: replace units 3 to 4 of 4',
    '05-scale scale v2 to full capacity [errors]',
    '06-promote v2 becomes the live version',
    '07-bake bake v2 for 5m [errors latency]',
    '08-retire retire v1',
  ]);
});

test('a native rollout is one unit, then one step that the gates watch; it says what it cannot promise', () => {
  const native = settings({ native: true, maxSurge: { count: 2 }, batch: { count: 2 } });
  const steps = plan(native);
  expect(table(steps).slice(0, 4)).toEqual([
    '01-replace batch 1 of 2: replace unit 1 of 4',
    '02-check check v2 at its own address',
    '03-hold batch 1 of 2: watch 25 % for 30s [errors]',
    '04-replace batch 2 of 2: the platform replaces the other 3 by itself [errors]',
  ]);
  expect(steps[0]?.action).toMatchObject({ replaced: 1, of: 4, surge: 2 });
  expect(steps[3]?.action).toMatchObject({ replaced: 4, of: 4, surge: 2 });
  expect(steps[3]?.deadline).toBe(2 * (steps[0]?.deadline ?? 0));
  expect(rolling.notes?.(inputOf(native))).toEqual([
    expect.stringContaining('continues when deployctl ends'),
  ]);
  expect(rolling.notes?.(inputOf(settings({})))).toEqual([]);
});

test('batches and surge round up, what may be missing rounds down', () => {
  const [first] = batches(
    { batch: { percent: 25 }, maxSurge: { percent: 25 }, maxUnavailable: { percent: 25 } },
    7,
  );
  expect(first).toMatchObject({ replaced: 2, of: 7, surge: 2, unavailable: 1 });
});

test('with no room at all one unit more is made', () => {
  const all = batches({ maxSurge: { count: 0 }, maxUnavailable: { percent: 10 } });
  expect(all.map(({ replaced, surge }) => [replaced, surge])).toEqual([
    [1, 1],
    [2, 1],
    [3, 1],
    [4, 1],
  ]);
});

test('a batch is never larger than the room there is for it', () => {
  const all = batches({
    batch: { count: 10 },
    maxSurge: { count: 2 },
    maxUnavailable: { count: 1 },
  });
  expect(all.map(({ replaced }) => replaced)).toEqual([3, 4]);
});

test('each batch has as many tries as failures are allowed, and one more', () => {
  const steps = plan(settings({ maxFailures: 2 }));
  expect(steps[0]).toMatchObject({
    attempts: 3,
    estimate: { worst: 3 * (steps[0]?.deadline ?? 0) },
  });
});

test('it goes on where an earlier one was stopped, with all the units counted', () => {
  const observation = observed({
    releases: [
      seen('v1', { desired: 3, ready: 3, capacity: 75 }),
      seen('v2', { desired: 1, ready: 1, capacity: 25 }),
    ],
    split: { 'v1-abc': 75, 'v2-abc': 25 },
  });
  expect(table(plan(settings(), { observation }))[0]).toBe(
    '01-replace batch 1 of 3: replace unit 2 of 4',
  );
});

test('what an earlier deployment left is cleared away before the first batch', () => {
  const observation = observed({ releases: [seen('v0'), seen('v1')] });
  expect(table(plan(settings({ preflight: ['smoke'] }), { observation })).slice(0, 3)).toEqual([
    '01-check check that v1 is well before anything is touched',
    '02-retire clear away v0',
    '03-replace batch 1 of 4: replace unit 1 of 4',
  ]);
});

test('a batch has the time to start, to take away, and to be known everywhere', () => {
  const observation = observed({
    capabilities: { ...able, timing: { ...able.timing, propagation: 7000 } },
  });
  const { timeouts } = settings();
  const [batch] = plan(settings(), { observation });
  expect(batch?.deadline).toBe(timeouts.start + timeouts.retire + 7000);
});

test('it is refused where there is nothing to replace, or nothing to put back', () => {
  const none = observed({ releases: [seen('v1', { desired: 0, ready: 0, capacity: 0 })] });
  expect(() => plan(settings(), { observation: none })).toThrow('nothing to replace');
  expect(() => plan(settings(), { live: null })).toThrow('not started by deployctl');
  const vercel = observed({ capabilities: { ...able, cannot: { replace: 'No units.' } } });
  expect(() => plan(settings(), { observation: vercel })).toThrow('cannot do a rolling deployment');
});

test('a first deployment says so', () => {
  expect(table(plan(settings(), { observation: nothing }))[0]).toBe(
    '01-start first deployment: start v2 at full capacity',
  );
});
