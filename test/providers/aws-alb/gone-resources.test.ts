import { describe, expect, test } from 'vitest';
import { asking, sending } from '../../helpers/calls.ts';
import { BLUE, GREEN, LISTENER, place } from './place.ts';

const RULE =
  'arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener-rule/app/shop/3/4/deadbeef';
const HEADER = 'arn:rule';
const back = { kind: 'route', split: { 'v1-id': 100 }, match: null } as const;
const v1 = { id: 'v1-id', version: 'v1', artifact: 'version:v1', spec: {} };
const start = { kind: 'start', release: v1, capacity: 100, weights: [] } as const;
const promote = { kind: 'promote', release: 'v1-id' } as const;

const PLACES = [
  [
    'rule',
    { rule: RULE, gone: [RULE] },
    `the rule ${RULE} does not exist any more: somebody deleted it`,
  ],
  ['listener', { gone: [LISTENER] }, `the listener ${LISTENER} does not exist any more`],
  [
    'listener with its rule',
    { rule: RULE, gone: [LISTENER, RULE] },
    `the listener ${LISTENER} does not exist any more`,
  ],
] as const;

describe.each(PLACES)('a %s that others have deleted', (_, there, words) => {
  const told = expect.stringContaining(words);

  test.each([back, start, promote])(
    'is lost to a $kind, and nothing is sent',
    async (operation) => {
      const { provider, calls } = place(there);
      await provider.apply(operation, sending('d1/back'));
      expect(calls.filter((call) => !call.startsWith('describe'))).toEqual([]);
      expect(await provider.verify(operation, asking('d1/back'))).toMatchObject({
        state: 'diverged',
        found: told,
        lost: true,
      });
    },
  );

  test('leaves the rest to be seen: nobody has traffic by it, and nothing is begun', async () => {
    const { provider } = place(there);
    const { releases, split, owner, notes } = await provider.observe();
    expect(releases.map(({ id, ready }) => [id, ready])).toEqual([
      ['v1-id', 2],
      ['v2-id', 2],
    ]);
    expect(split).toBeNull();
    expect(owner).toEqual(told);
    expect(notes).toEqual([told]);
    expect(await provider.review([back])).toMatchObject({ refusals: [], lost: [told] });
    expect((await provider.observe(undefined, ['v1-id'])).owner).toEqual(told);
  });
});

test('where nothing at all is known, the account is doubted, and nothing counts as deleted', async () => {
  const { provider } = place({ gone: [LISTENER, BLUE, GREEN] });
  const doubted = {
    failure: 'denied',
    message: expect.stringContaining('the credentials are of another account'),
  };
  await expect(provider.verify(back, asking('d1/back'))).rejects.toMatchObject(doubted);
  await expect(provider.observe()).rejects.toMatchObject(doubted);
});

test('what is to be made in its place, and with which group, is told', async () => {
  const { provider } = place({ rule: RULE, gone: [RULE] });
  expect(await provider.verify(back, asking('d1/back'))).toMatchObject({
    found: expect.stringContaining(
      'Create a rule that forwards to shop-blue, put its ARN into the config, and run deployctl status',
    ),
  });
});

test('a group that others have deleted is lost to whom ran in it, and to nobody else', async () => {
  const told = expect.stringContaining(`the target group ${BLUE} does not exist any more`);
  const { provider } = place({ gone: [BLUE] });
  expect(await provider.verify(back, asking('d1/back'))).toMatchObject({ found: told, lost: true });
  const whole = { ...back, split: { 'v2-id': 100 } };
  expect((await provider.verify(whole, asking('d1/whole'))).state).toBe('done');
  const { releases, owner } = await provider.observe();
  expect(releases.map(({ id }) => id)).toEqual(['v2-id']);
  expect(owner).toEqual(told);
  const retire = { kind: 'retire', release: 'v1-id', keeps: 'v2-id' } as const;
  expect((await provider.verify(retire, asking('d1/retire'))).state).toBe('done');
});

test('a list that leaves out a rule whose tags are told ends nothing: the look has failed', async () => {
  const { provider } = place({ rule: RULE });
  await expect(provider.verify(back, asking('d1/back'))).rejects.toMatchObject({
    failure: 'transient',
  });
  await expect(provider.observe()).rejects.toMatchObject({ failure: 'transient' });
});

test('a rule that is listed although its tags are refused ends nothing either', async () => {
  const { provider } = place({ rule: HEADER, header: ['x-other', 'x'], gone: [HEADER] });
  await expect(provider.observe()).rejects.toMatchObject({ failure: 'transient' });
});

test('a header that goes between the list and its tags is as if it had not been listed', async () => {
  const { provider } = place({ header: ['x-other', 'x'], gone: [HEADER] });
  expect((await provider.observe()).split).toEqual({ 'v1-id': 0, 'v2-id': 100 });
  expect((await provider.observe(undefined, ['v2-id'])).split).toEqual({
    'v1-id': 0,
    'v2-id': 100,
  });
});

test('a group whose targets are refused while its tags are told ends nothing', async () => {
  const { provider } = place({ unseen: [GREEN] });
  await expect(provider.observe()).rejects.toMatchObject({ failure: 'transient' });
});
