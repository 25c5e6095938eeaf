import { expect, test, vi } from 'vitest';
import type { Release, Start } from '../../../src/contract/index.ts';
import { asking } from '../../helpers/calls.ts';
import { LISTENER, place } from './place.ts';

const PROPAGATION = 60_000;

const targetsOf = (version: string) => ({
  compute: 'targets',
  targets: [`${version}-0:80`, `${version}-1:80`],
});
const release: Release = {
  id: 'v2-id',
  version: 'v2',
  artifact: 'none',
  spec: targetsOf('v2'),
};
const start: Start = { kind: 'start', release, capacity: 100, weights: [] };

/** The rule of its header was made so many ms ago, by this machine or another. */
const made = (ago: number, { role = 'preview', propagation = PROPAGATION } = {}) =>
  place({
    header: ['x-deployctl-release', 'v2-id'],
    propagation,
    marks: {
      'arn:rule': {
        'deployctl:role': role,
        'deployctl:release': 'v2-id',
        'deployctl:since': String(Date.now() - ago),
      },
    },
  }).provider;

test('a start is over when its header has surely reached the load balancer, whoever made the rule', async () => {
  expect(await made(1_000).verify(start, asking('d1/start'))).toEqual({
    state: 'pending',
    progress: expect.stringMatching(/the load balancer has 5\d(\.\d)?s more to follow the rule/),
  });
  expect(await made(PROPAGATION).verify(start, asking('d1/start'))).toEqual({ state: 'done' });
});

test('a clock of another machine that is ahead holds a start up for no longer than a new rule would', async () => {
  const provider = made(-20 * 60_000, { propagation: 100 });
  expect(await provider.verify(start, asking('d1/start'))).toMatchObject({ state: 'pending' });
  await vi.waitFor(
    async () => expect(await provider.verify(start, asking('d1/start'))).toEqual({ state: 'done' }),
    { timeout: 10_000, interval: 20 },
  );
});

test('nor does it the last targets of a batch', async () => {
  const ahead = Date.now() + 20 * 60_000;
  const { provider } = place({
    propagation: 100,
    marks: { [LISTENER]: { 'deployctl:weighed': `d1/batch ${ahead}` } },
  });
  const from: Release = { ...release, id: 'v1-id', version: 'v1', spec: targetsOf('v1') };
  const bounds = { replaced: 2, of: 2, surge: 2, unavailable: 0 };
  const batch = { kind: 'replace', release, from, ...bounds } as const;
  const seen = await provider.verify(batch, asking('d1/batch'));
  expect(seen).toMatchObject({ state: 'pending', progress: expect.stringContaining('weights') });
  await vi.waitFor(
    async () =>
      expect(await provider.verify(batch, asking('d1/batch'))).toMatchObject({ again: true }),
    { timeout: 10_000, interval: 20 },
  );
});

test('a way back waits for its health alone, and so does a start that nobody asks by itself', async () => {
  const back = { ...asking('d1/start'), direction: 'back' } as const;
  expect(await made(1_000).verify(start, back)).toEqual({ state: 'done' });
  const unasked = { ...start, unasked: true } as const;
  expect(await made(1_000).verify(unasked, asking('d1/start'))).toEqual({ state: 'done' });
});

test('a rule that a plan asks for is none by which gates reach it', async () => {
  expect(
    await made(PROPAGATION, { role: 'match' }).verify(start, asking('d1/start')),
  ).toMatchObject({
    state: 'pending',
    again: true,
  });
});

test('the plan tells how long a start takes at least', async () => {
  const { capabilities } = await made(1_000).observe();
  expect(capabilities.timing.takes.start?.best).toBe(PROPAGATION);
});
