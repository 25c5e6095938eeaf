import { expect, test, vi } from 'vitest';
import { load } from '../../providers/local/load.ts';
import { allowedBy, done, golden, route, start, useComputeScene } from './bed/compute-scene.ts';
import { makeFunction } from './bed/function-owner.ts';
import { shares } from './bed/hands.ts';

const LAMBDA = { lambda: { function: 'shop', code: { bucket: 'code', key: 'none' } } };

/** Version 1 of the function serves, as its owner published it. */
const scene = useComputeScene({
  network: { takes: 'lambda' },
  settings: LAMBDA,
  serving: async (bed, network) => {
    await makeFunction(bed, network, ['v1', 'v2']);
  },
});
const { before } = scene;

test('versions of a function share the traffic, and each is found again, without a failed request', async () => {
  const was = await before();
  expect(was.live.adopted).toBe(true);
  const traffic = load(scene.fixture.network.url);
  const v2 = await scene.fixture.release('v2');
  expect(await scene.fixture.make(start(v2), { before: was })).toEqual(done);
  const reach = await scene.fixture.provider.access?.reach(v2.id, new AbortController().signal);
  expect(Object.values(reach?.headers ?? {})).toEqual([v2.id]);
  expect(
    await scene.fixture.make(route({ [was.live.id]: 90, [v2.id]: 10 }), { before: was }),
  ).toEqual(done);
  await vi.waitFor(
    () => shares(scene.fixture.network.url, 10).then((seen) => expect(seen.v2).toBe(1)),
    20_000,
  );
  expect(await scene.fixture.make(route({ [v2.id]: 100 }), { before: was })).toEqual(done);
  await scene.fixture.make({ kind: 'promote', release: v2.id });
  expect(await scene.fixture.make({ kind: 'retire', release: was.live.id, keeps: v2.id })).toEqual(
    done,
  );
  // Another machine knows the whole of it, and the way back registers what was there.
  const other = await scene.fixture.again();
  const { releases, capabilities, full } = await other.observe();
  expect(releases.map(({ release, health }) => [release, health])).toEqual([[v2, 'healthy']]);
  expect(full).toBe(1);
  expect(capabilities.idle).toBe('free');
  expect(capabilities.cannot.replace).toContain('one target');
  expect(await scene.fixture.make(start(was.live), { before: await before() })).toEqual(done);
  expect(await scene.fixture.make(route({ [was.live.id]: 100 }))).toEqual(done);
  expect(await shares(scene.fixture.network.url, 20)).toEqual({ v1: 20 });
  await scene.fixture.make({ kind: 'promote', release: was.live.id });
  await scene.fixture.make({ kind: 'retire', release: v2.id, keeps: was.live.id });
  expect(await scene.fixture.make(start(v2), { before: await before() })).toEqual(done);
  const published = scene.bed.front.calls.filter(
    ({ call }) => call.action === 'UpdateFunctionCode',
  );
  expect(published).toHaveLength(1);
  const { failures, requests } = await traffic.stop();
  expect(failures).toEqual([]);
  expect(requests).toBeGreaterThan(100);
});

test('every call of it is the one that the guide shows', async () => {
  const { there, back } = await scene.course();
  await expect(there).toMatchFileSnapshot(golden('lambda'));
  await expect(back).toMatchFileSnapshot(golden('lambda-rollback'));
});

test('a version that is not there, and a function that is called without one, are refused in words', async () => {
  const { code: _, ...named } = LAMBDA.lambda;
  await expect(
    scene.fixture.describe('v9', { lambda: { ...named, version: '9' } }),
  ).rejects.toThrow('the function shop has no version 9');
  const [blue = ''] = scene.fixture.network.groups;
  const arn = 'arn:aws:lambda:eu-central-1:123456789012:function:shop';
  scene.bed.targets.register(blue, arn, 0);
  expect((await scene.fixture.provider.observe()).owner).toContain('calls shop without a version');
});

test('the documented policy is what was called for it', async () => {
  const implied: string[] = [];
  const made = scene.actions(/^lambda$/);
  expect([...made, ...implied].sort()).toEqual(await allowedBy('policy-lambda'));
});
