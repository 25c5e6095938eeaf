import { expect, test } from 'vitest';
import type { Release, Retire, Start } from '../../../src/contract/index.ts';
import { place } from './place.ts';

const release: Release = {
  id: 'v3-id',
  version: 'v3',
  artifact: 'none',
  spec: { compute: 'targets', targets: ['10.0.0.1:80', '10.0.0.2:80'] },
};
const start: Start = { kind: 'start', release, capacity: 100, weights: [] };
const clear: Retire = { kind: 'retire', release: 'v1-id', keeps: 'v2-id' };

/** Every priority is taken, the last one by the header of v1. */
const full = () =>
  place({
    others: 49_999,
    header: ['x-deployctl-release', 'v1-id'],
    marks: { 'arn:rule': { 'deployctl:role': 'preview', 'deployctl:release': 'v1-id' } },
  }).provider;

test('a rule that the plan itself clears away first takes no place from the one that comes', async () => {
  expect(await full().review([clear, start])).toEqual({ refusals: [], notes: [] });
});

test('one that goes only later is in the way', async () => {
  const { refusals, notes } = await full().review([start, clear]);
  expect(refusals).toEqual([expect.stringContaining('no priority is free')]);
  expect(notes).toEqual([
    expect.stringContaining('the load balancer has 50000 rules, and one more is needed'),
  ]);
});
