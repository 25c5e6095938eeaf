import { expect, test } from 'vitest';
import { asking, sending } from '../../helpers/calls.ts';
import { place } from './place.ts';

const RULE =
  'arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener-rule/app/shop/3/4/deadbeef';
const back = { kind: 'route', split: { 'v1-id': 100 }, match: null } as const;
const told = expect.stringContaining(`has no rule ${RULE} any more: somebody deleted it`);

test('a rule that others have deleted is what they did, whichever way is gone, and nothing is sent', async () => {
  const { provider, calls } = place({ gone: RULE });
  await provider.apply(back, sending('d1/back'));
  expect(calls.filter((call) => !call.startsWith('describe'))).toEqual([]);
  expect(await provider.verify(back, asking('d1/back'))).toEqual({
    state: 'diverged',
    expected: { 'v1-id': 100 },
    found: told,
  });
});

test('what is left is seen all the same: nobody has traffic by it, and nothing is begun', async () => {
  const { provider } = place({ gone: RULE });
  const { releases, split, owner } = await provider.observe();
  expect(releases.map(({ id, ready }) => [id, ready])).toEqual([
    ['v1-id', 2],
    ['v2-id', 2],
  ]);
  expect(split).toBeNull();
  expect(owner).toEqual(told);
  expect((await provider.review([back])).refusals).toEqual([told]);
});
