import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Provider, Release } from '../../../src/contract/index.ts';
import { KubernetesFixture } from './fixture.ts';
import { onCluster } from './ground.ts';
import type { Web } from './manifests.ts';

onCluster('beside an autoscaler', () => {
  let fixture: KubernetesFixture;
  let provider: Provider;
  let v1: Release;
  let v2: Release;

  const least = async () =>
    (await fixture.get<Autoscaler>('horizontalpodautoscalers', 'web'))?.spec.minReplicas;
  const ready = async (version: string) => {
    const { releases } = await provider.observe();
    return releases.find((release) => release.version === version)?.ready ?? 0;
  };

  beforeAll(async () => {
    fixture = await KubernetesFixture.withWeb();
    await fixture.make('horizontalpodautoscalers', {
      metadata: { name: 'web' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        minReplicas: 2,
        maxReplicas: 8,
        metrics: [
          {
            type: 'Resource',
            resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
          },
        ],
      },
    });
    provider = await fixture.provider();
    v1 = (await fixture.before(provider)).live as Release;
    v2 = await fixture.release(provider, 'v2');
  });

  afterAll(() => fixture?.close());

  test('it may not take pods away that a way back needs', async () => {
    await fixture.do(provider, { kind: 'start', release: v2, capacity: 50, weights: [100] });
    expect(await least()).toBe(3);
    expect(await ready('v2')).toBe(2);
    expect((await provider.observe()).baseline).toEqual({ autoscaler: 'web', minReplicas: 2 });
  });

  test('what stands beside follows when it grows', async () => {
    await fixture.merge('deployments', 'web', { spec: { replicas: 6 } });
    await fixture.do(provider, { kind: 'scale', release: v2.id, capacity: 50 });
    expect(await ready('v2')).toBe(3);
    await fixture.do(provider, { kind: 'scale', release: v2.id, capacity: 100 });
    expect(await ready('v2')).toBe(6);
  });

  test('a way back waits until the old release can carry the load again', async () => {
    await fixture.do(provider, { kind: 'route', split: { [v1.id]: 0, [v2.id]: 100 }, match: null });
    // A controller that has lost its mind, or a person.
    await fixture.merge('deployments', 'web', { spec: { replicas: 3 } });
    await fixture.do(provider, {
      kind: 'start',
      release: v1,
      capacity: 100,
      units: 6,
      weights: [],
    });
    expect(await ready('v1')).toBe(6);
    await fixture.do(provider, { kind: 'route', split: { [v1.id]: 100 }, match: null });
  });

  test('its own minimum is back when nothing stands beside it any more', async () => {
    await fixture.do(provider, { kind: 'retire', release: v2.id, keeps: v1.id });
    expect(await least()).toBe(2);
    const web = await fixture.get<Web>('deployments', 'web');
    expect(web?.spec.replicas).toBe(6);
    expect(await fixture.names('deployments')).toEqual(['web']);
  });
});

interface Autoscaler {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly minReplicas: number };
}
