import { expect, test } from 'vitest';
import { planReturn } from '../../../strategies/return/return-plan.ts';
import { able, common, observed, releaseOf, seen, table } from '../scenes.ts';

const plan = (releases: Parameters<typeof observed>[0]) =>
  planReturn({
    observation: observed(releases),
    release: releaseOf('v0'),
    live: releaseOf('v1'),
    settings: common,
  });

test('a release that is still warm comes back with one change of the traffic', () => {
  const steps = plan({ releases: [seen('v0'), seen('v1')] });
  expect(table(steps)).toEqual([
    '01-route 100 % back to v0',
    '02-promote v0 becomes the live version',
    '03-retire retire v1',
  ]);
  expect(steps[0]?.action).toMatchObject({ split: { 'v1-abc': 0, 'v0-abc': 100 } });
});

test('one that is gone, or only half there, is started again first', () => {
  const cold = [
    '01-start start v0 again at full capacity',
    '02-check check v0 at its own address',
    '03-route 100 % back to v0',
    '04-promote v0 becomes the live version',
    '05-retire retire v1',
  ];
  expect(table(plan({}))).toEqual(cold);
  expect(plan({})[0]?.action).toMatchObject({ kind: 'start', capacity: 100, weights: [100] });
  expect(table(plan({ releases: [seen('v0', { capacity: 50 }), seen('v1')] }))).toEqual(cold);
  expect(table(plan({ releases: [seen('v0', { health: 'unknown' }), seen('v1')] }))).toEqual(cold);
});

test('nobody asks it before it serves where nothing is checked, and then no way to it is waited for', () => {
  const unasked = (check: readonly string[]) => {
    const settings = { ...common, check };
    const [first] = planReturn({
      observation: observed({}),
      release: releaseOf('v0'),
      live: releaseOf('v1'),
      settings,
    });
    return first?.action.kind === 'start' && first.action.unasked;
  };
  expect(unasked([])).toBe(true);
  expect(unasked(['smoke'])).toBeUndefined();
});

test('a return that fails stops where it is: there is nothing further back', () => {
  expect(new Set(plan({}).map(({ onFailure }) => onFailure))).toEqual(new Set(['hold']));
});

test('there is nothing to do when it serves already', () => {
  expect(plan({ releases: [seen('v0')], live: 'v0-abc', split: { 'v0-abc': 100 } })).toEqual([]);
});

test('where nothing fits beside what serves, its units become those of the release', () => {
  const cannot = { start: 'no second version fits', route: 'no second version fits' };
  const steps = plan({ full: 6, capabilities: { ...able, cannot } });
  expect(table(steps)).toEqual([
    '01-replace all 6 back on v0',
    '02-promote v0 becomes the live version',
    '03-retire retire v1',
  ]);
  const [{ action } = {}] = steps;
  expect(action).toMatchObject({ replaced: 6, of: 6, surge: 2, unavailable: 2 });
  expect(new Set(steps.map(({ onFailure }) => onFailure))).toEqual(new Set(['hold']));
});
