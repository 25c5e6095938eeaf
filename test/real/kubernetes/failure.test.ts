import { afterAll, beforeAll, expect, test } from 'vitest';
import { KubernetesFixture } from './fixture.ts';
import { onCluster } from './ground.ts';
import { Load } from './load.ts';
import type { NodePortService } from './manifests.ts';
import { Shop } from './shop.ts';

onCluster('what goes wrong on a cluster', () => {
  let fixture: KubernetesFixture;
  let shop: Shop;
  let load: Load;

  beforeAll(async () => {
    fixture = await KubernetesFixture.withWeb({ replicas: 2 });
    shop = await Shop.make(fixture, 'strategy: blue-green');
    load = Load.begin(await fixture.nodeUrl());
  });

  afterAll(async () => {
    await load?.end();
    await shop?.remove();
    await fixture?.close();
  });

  test('an image that does not exist fails at once, in its own words', async () => {
    const began = performance.now();
    const { code, stdout } = await shop.deploy('missing-2').ended;
    expect(code, stdout).toBe(3);
    expect(stdout).toMatch(/ErrImagePull|ImagePullBackOff/);
    expect(stdout).toContain('not found');
    expect(performance.now() - began).toBeLessThan(60_000);
  });

  test('one that crashes shows its last words', async () => {
    const { code, stdout } = await shop.deploy('v3-crash').ended;
    expect(code, stdout).toBe(3);
    expect(stdout).toContain('ended with exit code 3');
    expect(stdout).toContain('it crashes because CRASH_AFTER_MS says so');
  });

  test('a quota that leaves no room for it is told, and nothing moved', async () => {
    await fixture.make('resourcequotas', {
      metadata: { name: 'two' },
      spec: { hard: { pods: '2' } },
    });
    await fixture.until('the quota counts', async () => {
      const quota = await fixture.get<Quota>('resourcequotas', 'two');
      return quota?.status?.used?.pods === '2';
    });
    const { code, stdout } = await shop.deploy('v4').ended;
    await fixture.cluster.remove({
      kind: 'resourcequotas',
      namespace: fixture.namespace,
      name: 'two',
    });
    expect(code, stdout).toBe(3);
    expect(stdout).toContain('exceeded quota');
  });

  test('none of them had any traffic, and nothing of them is left', async () => {
    expect(Object.keys(load.countsSince())).toEqual(['v1']);
    expect(await fixture.names('deployments')).toEqual(['web']);
    expect(await shop.versions()).toEqual(['v1']);
  });

  test('what other hands changed meanwhile stops it, and their change stays', async () => {
    const run = shop.deploy('v6', '--output', 'json', '--set', 'defaults.bake.duration=30s');
    await run.when(
      ({ type, data }) =>
        type === 'step-begun' && (data as { step: { id: string } }).step.id.endsWith('-bake'),
    );
    await fixture.merge('services', 'web', { spec: { selector: { app: 'web' } } });
    const { code, stdout } = await run.ended;
    expect(code, stdout).toBe(7);
    const service = await fixture.get<NodePortService>('services', 'web');
    expect(service?.spec.selector).toEqual({ app: 'web' });
    const back = await shop.run('rollback', await shop.newest(), '--yes');
    expect(back.code, back.stderr + back.stdout).toBe(0);
  });

  test('no request failed in all of this', async () => {
    await load.end();
    expect(load.failed).toEqual([]);
  });
});

interface Quota {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly used?: { readonly pods?: string } };
}
