import { expect, test } from 'vitest';
import { GREEN, place } from './place.ts';

const ONE_LOOK = ['describeRules', 'describeTags', 'describeTargetHealth blue'];

test('whoever goes to one release asks for the rules, the marks and its targets, and for nothing else', async () => {
  const { provider, calls } = place();
  const { releases, live, split } = await provider.observe(undefined, ['v1-id']);
  expect(calls).toEqual(ONE_LOOK);
  expect({ live, split }).toEqual({ live: 'v2-id', split: { 'v1-id': 0, 'v2-id': 100 } });
  expect(releases.map(({ id, health, ready, capacity }) => [id, health, ready, capacity])).toEqual([
    ['v1-id', 'healthy', 2, 100],
    // Nobody has counted it, so nobody says how it is.
    ['v2-id', 'unknown', 0, null],
  ]);
  await provider.observe(undefined, ['v1-id']);
  expect(calls).toEqual(ONE_LOOK);
});

test('where that one is not well, the other group is asked, too', async () => {
  const { provider, calls } = place({ blue: 'unhealthy' });
  const { releases } = await provider.observe(undefined, ['v1-id']);
  expect(calls).toEqual([...ONE_LOOK, 'describeTargetHealth green']);
  expect(releases.map(({ ready }) => ready)).toEqual([0, 2]);
});

test('what a part was read for is not the whole, and not a part for another release', async () => {
  const { provider, calls } = place();
  await provider.observe(undefined, ['v1-id']);
  const { releases } = await provider.observe();
  expect(releases.map(({ ready }) => ready)).toEqual([2, 2]);
  const [parts, made] = [place(), calls.length];
  await parts.provider.observe(undefined, ['v1-id']);
  const other = await parts.provider.observe(undefined, ['v2-id']);
  expect(other.releases.map(({ health }) => health)).toEqual(['unknown', 'healthy']);
  await provider.observe(undefined, ['v1-id']);
  expect(calls).toHaveLength(made);
});

test('a group that does not say what it holds is asked for its targets', async () => {
  const { provider, calls } = place({ marks: { [GREEN]: {} } });
  const { releases } = await provider.observe(undefined, ['v1-id']);
  expect(calls.filter((call) => call.startsWith('describeTargetHealth'))).toHaveLength(2);
  expect(releases.map(({ health }) => health)).toEqual(['healthy', 'healthy']);
});

test('a rule that says itself whom it previews costs no question, any other one does', async () => {
  const own = place({ header: ['x-deployctl-release', 'v2-id'] });
  await own.provider.observe(undefined, ['v1-id']);
  expect(own.calls).toEqual(ONE_LOOK);
  const { signal } = new AbortController();
  expect(await own.provider.access.reach('v2-id', signal)).toMatchObject({
    headers: { 'x-deployctl-release': 'v2-id' },
  });
  const role = { 'deployctl:role': 'match', 'deployctl:release': 'v2-id' };
  const other = place({ header: ['x-beta', 'yes'], marks: { 'arn:rule': role } });
  const { match } = await other.provider.observe(undefined, ['v1-id']);
  expect(match).toEqual({ release: 'v2-id', header: { name: 'x-beta', value: 'yes' } });
  expect(other.calls.filter((call) => call === 'describeTags')).toHaveLength(2);
});
