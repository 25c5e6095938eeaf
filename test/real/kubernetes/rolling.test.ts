import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Operation, Provider, Release } from '../../../src/contract/index.ts';
import { KubernetesFixture } from './fixture.ts';
import { onCluster } from './ground.ts';
import { Load } from './load.ts';
import type { Web } from './manifests.ts';

onCluster('rolling in exact batches', () => {
  let fixture: KubernetesFixture;
  let provider: Provider;
  let load: Load;
  let v1: Release;
  let v2: Release;

  const replace = (replaced: number, surge = 1): Operation => ({
    kind: 'replace',
    release: v2,
    from: v1,
    replaced,
    of: 4,
    surge,
    unavailable: 0,
  });
  const counts = async () => {
    const { releases } = await provider.observe();
    return Object.fromEntries(releases.map(({ version, ready }) => [version, ready]));
  };
  const spec = async () => (await fixture.get<Web>('deployments', 'web'))?.spec;

  /** Other hands want so many, and the controller has done what it can about it. */
  const scaled = async (replicas: number) => {
    await fixture.merge('deployments', 'web', { spec: { replicas } });
    await fixture.until(`${replicas} are there, and ready`, async () => {
      const { metadata, status = {} } = (await fixture.get<Web>('deployments', 'web')) as Web;
      const { observedGeneration, replicas: all, readyReplicas } = status;
      const hasSeen = observedGeneration === metadata.generation;
      return hasSeen && all === replicas && readyReplicas === replicas;
    });
    // One look serves for a moment, and other hands have been quicker than that.
    await pause(500);
  };
  /** And nothing more happens by itself: a controller that could go on would do so within moments. */
  const keeps = async (wanted: Readonly<Record<string, number>>) => {
    for (let looks = 0; looks < 8; looks += 1) {
      expect(await counts()).toEqual(wanted);
      await pause(500);
    }
  };

  beforeAll(async () => {
    fixture = await KubernetesFixture.withWeb({ replicas: 4, spec: { minReadySeconds: 1 } });
    provider = await fixture.provider();
    v1 = (await fixture.before(provider)).live as Release;
    v2 = await fixture.release(provider, 'v2');
    load = Load.begin(await fixture.nodeUrl());
  });

  afterAll(async () => {
    await load?.end();
    await fixture?.close();
  });

  test('a batch replaces so many pods, and traffic follows them', async () => {
    await fixture.do(provider, replace(1));
    expect(await counts()).toEqual({ v1: 3, v2: 1 });
    expect((await provider.observe()).split).toEqual({ [v1.id]: 75, [v2.id]: 25 });
  });

  test('when nobody goes on, it stands still', async () => {
    await keeps({ v1: 3, v2: 1 });
  });

  test('somebody else makes more of them, and fewer, and the share stays', async () => {
    await scaled(8);
    await keeps({ v1: 6, v2: 2 });
    await fixture.do(provider, replace(1));
    expect(await counts()).toEqual({ v1: 6, v2: 2 });
    await scaled(4);
    await keeps({ v1: 3, v2: 1 });
    await fixture.do(provider, replace(1));
    expect(await counts()).toEqual({ v1: 3, v2: 1 });
  });

  test('two at a time, and back by a batch, and on', async () => {
    await fixture.do(provider, replace(3, 2));
    expect(await counts()).toEqual({ v1: 1, v2: 3 });
    await fixture.do(provider, replace(1, 2));
    expect(await counts()).toEqual({ v1: 3, v2: 1 });
  });

  test('all the way back leaves the Deployment as it was', async () => {
    const minReady = { minReadySeconds: 1, strategy: { rollingUpdate: { maxSurge: '25%' } } };
    await fixture.do(provider, replace(0, 2));
    expect(await counts()).toEqual({ v1: 4 });
    expect(await spec()).toMatchObject(minReady);
    expect(await provider.observe()).toMatchObject({ live: v1.id, split: { [v1.id]: 100 } });
  });

  test('to the end, and the old release retired', async () => {
    await fixture.do(provider, replace(4, 2));
    await fixture.do(provider, { kind: 'scale', release: v2.id, capacity: 100 });
    await fixture.do(provider, { kind: 'promote', release: v2.id });
    await fixture.do(provider, { kind: 'retire', release: v1.id, keeps: v2.id });
    expect(await counts()).toEqual({ v2: 4 });
    expect(await spec()).toMatchObject({ minReadySeconds: 1, progressDeadlineSeconds: 600 });
    expect((await spec())?.strategy).toMatchObject({ rollingUpdate: { maxUnavailable: '25%' } });
  });

  test('no request failed in all of this', async () => {
    await load.end();
    expect(load.failed).toEqual([]);
  });
});
