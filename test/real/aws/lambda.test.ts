import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Release, Split } from '../../../src/contract/index.ts';
import { load } from '../../providers/local/load.ts';
import { Bed } from './bed/bed.ts';
import { AwsFixture, KEY } from './bed/fixture.ts';
import { makeFunction } from './bed/function-owner.ts';
import { shares } from './bed/hands.ts';
import { Ledger } from './bed/ledger.ts';

const LAMBDA = { lambda: { function: 'shop', code: { bucket: 'code', key: 'none' } } };
const GOLDEN = new URL('../../../docs/aws/calls/lambda.txt', import.meta.url);
const done = expect.objectContaining({ state: 'done' });
const start = (release: Release) =>
  ({ kind: 'start', release, capacity: 100, weights: [] }) as const;
const route = (split: Split) => ({ kind: 'route', split, match: null }) as const;

let bed: Bed;
let fixture: AwsFixture;
beforeAll(async () => {
  bed = await Bed.open();
});
/** Version 1 of the function serves, as its owner published it. */
beforeEach(async () => {
  fixture = await AwsFixture.open(bed, { takes: 'lambda' }, LAMBDA);
  await makeFunction(bed, fixture.network, ['v1', 'v2']);
});
afterEach(async () => {
  await fixture.close();
  await bed.reset();
});
afterAll(() => bed.close());

async function before() {
  const { releases, live, split, full } = await fixture.provider.observe();
  const release = releases.find(({ id }) => id === live)?.release as Release;
  return { live: release, split, units: full ?? 0 };
}

test('versions of a function share the traffic, and each is found again, without a failed request', async () => {
  const was = await before();
  expect(was.live.adopted).toBe(true);
  const traffic = load(fixture.network.url);
  const v2 = await fixture.release('v2');
  expect(await fixture.make(start(v2), { before: was })).toEqual(done);
  const reach = await fixture.provider.access?.reach(v2.id, new AbortController().signal);
  expect(Object.values(reach?.headers ?? {})).toEqual([v2.id]);
  expect(await fixture.make(route({ [was.live.id]: 90, [v2.id]: 10 }), { before: was })).toEqual(
    done,
  );
  await vi.waitFor(
    () => shares(fixture.network.url, 10).then((seen) => expect(seen.v2).toBe(1)),
    20_000,
  );
  expect(await fixture.make(route({ [v2.id]: 100 }), { before: was })).toEqual(done);
  await fixture.make({ kind: 'promote', release: v2.id });
  expect(await fixture.make({ kind: 'retire', release: was.live.id, keeps: v2.id })).toEqual(done);
  // Another machine knows the whole of it, and the way back registers what was there.
  const other = await fixture.again();
  const { releases, capabilities, full } = await other.observe();
  expect(releases.map(({ release, health }) => [release, health])).toEqual([[v2, 'healthy']]);
  expect(full).toBe(1);
  expect(capabilities.idle).toBe('free');
  expect(capabilities.cannot.replace).toContain('one target');
  expect(await fixture.make(start(was.live), { before: await before() })).toEqual(done);
  expect(await fixture.make(route({ [was.live.id]: 100 }))).toEqual(done);
  expect(await shares(fixture.network.url, 20)).toEqual({ v1: 20 });
  await fixture.make({ kind: 'promote', release: was.live.id });
  await fixture.make({ kind: 'retire', release: v2.id, keeps: was.live.id });
  expect(await fixture.make(start(v2), { before: await before() })).toEqual(done);
  const published = bed.front.calls.filter(({ call }) => call.action === 'UpdateFunctionCode');
  expect(published).toHaveLength(1);
  const { failures, requests } = await traffic.stop();
  expect(failures).toEqual([]);
  expect(requests).toBeGreaterThan(100);
});

test('every call of it is the one that the guide shows', async () => {
  const was = await before();
  const ledger = new Ledger(bed, fixture.network);
  const v2 = await fixture.release('v2');
  await fixture.make(start(v2), { before: was });
  await fixture.make(route({ [v2.id]: 100 }), { before: was });
  await fixture.make({ kind: 'promote', release: v2.id });
  await fixture.make({ kind: 'retire', release: was.live.id, keeps: v2.id });
  await expect(`${ledger.told()}\n`).toMatchFileSnapshot(GOLDEN.pathname);
});

test('a version that is not there, and a function that is called without one, are refused in words', async () => {
  const { code: _, ...named } = LAMBDA.lambda;
  await expect(fixture.describe('v9', { lambda: { ...named, version: '9' } })).rejects.toThrow(
    'the function shop has no version 9',
  );
  const [blue = ''] = fixture.network.groups;
  const arn = 'arn:aws:lambda:eu-central-1:123456789012:function:shop';
  bed.targets.register(blue, arn, 0);
  expect((await fixture.provider.observe()).owner).toContain('calls shop without a version');
});

test('the documented policy is what was called for it', async () => {
  const text = await readFile(
    new URL('../../../docs/aws/policy-lambda.json', import.meta.url),
    'utf8',
  );
  const { Statement } = JSON.parse(text) as { Statement: { Action: string[] }[] };
  const made = bed.front.calls
    .filter(({ call: { caller } }) => caller.key === KEY && caller.service === 'lambda')
    .map(({ call: { action } }) => `lambda:${action}`);
  expect([...new Set(made)].sort()).toEqual(Statement.flatMap(({ Action }) => Action).sort());
});
