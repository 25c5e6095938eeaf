import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/clients/kubernetes/index.ts';
import type { Provider, Release } from '../../../src/contract/index.ts';
import { KubernetesFixture } from './fixture.ts';
import { onCluster } from './ground.ts';
import { Load } from './load.ts';
import type { NodePortService, Web } from './manifests.ts';

onCluster('blue-green by the selector of a Service', () => {
  let fixture: KubernetesFixture;
  let provider: Provider;
  let load: Load;
  let v1: Release;
  let v2: Release;

  const selector = async () =>
    (await fixture.get<NodePortService>('services', 'web'))?.spec.selector;

  beforeAll(async () => {
    fixture = await KubernetesFixture.withWeb();
    await fixture.make('poddisruptionbudgets', {
      metadata: { name: 'web' },
      spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } },
    });
    provider = await fixture.provider();
    load = Load.begin(await fixture.nodeUrl());
  });

  afterAll(async () => {
    await load?.end();
    await fixture?.close();
  });

  test('what other hands started is found, and can be named', async () => {
    const seen = await provider.observe();
    v1 = (await fixture.before(provider)).live as Release;
    expect(v1).toMatchObject({ version: 'v1', adopted: true });
    expect(seen).toMatchObject({ live: v1.id, split: { [v1.id]: 100 }, full: 3, owner: null });
    v2 = await fixture.release(provider, 'v2');
    expect(v2.spec).not.toEqual(v1.spec);
  });

  test('a candidate comes up beside it, without traffic', async () => {
    await fixture.do(provider, { kind: 'start', release: v2, capacity: 100, weights: [100] });
    const { releases, split } = await provider.observe();
    expect(split).toEqual({ [v1.id]: 100 });
    expect(releases.find(({ id }) => id === v2.id)).toMatchObject({ ready: 3, capacity: 100 });
    expect(Object.keys(load.countsSince())).toEqual(['v1']);
  });

  test('it has the disruption budget that the workload has', async () => {
    const [, side = ''] = await fixture.names('poddisruptionbudgets');
    const budget = await fixture.get<Budget>('poddisruptionbudgets', side);
    expect(budget?.spec).toMatchObject({
      minAvailable: '66%',
      selector: { matchLabels: { app: side } },
    });
    await fixture.until('it counts the pods beside the workload', async () => {
      const seen = await fixture.get<Budget>('poddisruptionbudgets', side);
      return seen?.status?.expectedPods === 3;
    });
  });

  test('it is reached before it has traffic, through the API server', async () => {
    const reach = await provider.access?.reach(v2.id, new AbortController().signal);
    const answer = await fetch(reach?.url ?? '');
    expect(answer.headers.get('x-version')).toBe('v2');
    await reach?.close();
  });

  test('the switch takes all of the traffic, and back', async () => {
    for (const [to, from, version] of [
      [v2, v1, 'v2'],
      [v1, v2, 'v1'],
      [v2, v1, 'v2'],
    ] as const) {
      await fixture.do(provider, {
        kind: 'route',
        split: { [from.id]: 0, [to.id]: 100 },
        match: null,
      });
      const fresh = Load.begin(await fixture.nodeUrl(), { fresh: true });
      await fixture.until(`only ${version} answers new connections`, async () => {
        const last = fresh.answers.slice(-30);
        return last.length === 30 && last.every((answer) => answer.version === version);
      });
      await fresh.end();
      expect(fresh.failed).toEqual([]);
    }
  });

  test('retiring the old release leaves the user’s own objects, and only these', async () => {
    await fixture.do(provider, { kind: 'promote', release: v2.id });
    await fixture.do(provider, { kind: 'retire', release: v1.id, keeps: v2.id });
    expect(await provider.observe()).toMatchObject({ live: v2.id, split: { [v2.id]: 100 } });
    expect(await fixture.names('deployments')).toEqual(['web']);
    for (const kind of ['services', 'poddisruptionbudgets'] as const)
      await fixture.until(`nothing beside it is left of its ${kind}`, async () =>
        (await fixture.names(kind)).every((name) => name === 'web'),
      );
    expect(await selector()).toEqual({ app: 'web' });
    const web = await fixture.get<Web>('deployments', 'web');
    expect(web?.spec).toMatchObject({
      replicas: 3,
      template: { spec: { containers: [{ image: 'images.test/shop:v2' }] } },
      strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    });
  });

  test('no request failed in all of this', async () => {
    await load.end();
    expect(load.answers.length).toBeGreaterThan(1000);
    expect(load.failed).toEqual([]);
    expect(Object.keys(load.countsSince()).sort()).toEqual(['v1', 'v2']);
  });
});

interface Budget extends KubeObject {
  readonly spec: { readonly minAvailable: number | string };
  readonly status?: { readonly expectedPods?: number };
}
