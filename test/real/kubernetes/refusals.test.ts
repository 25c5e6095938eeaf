import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject, Operation, Provider } from '../../../src/contract/index.ts';
import { KubernetesFixture } from './fixture.ts';
import { onCluster } from './ground.ts';
import { deployment, service } from './manifests.ts';

/** What is found, and the words that refuse it. */
const SHAPES: readonly (readonly [string, JsonObject, string])[] = [
  ['paused', { paused: true }, 'is paused'],
  ['recreated', { strategy: { type: 'Recreate' } }, 'has the strategy Recreate'],
];

onCluster('what cannot be deployed is refused before anything is written', () => {
  let fixture: KubernetesFixture;

  beforeAll(async () => {
    fixture = await KubernetesFixture.withWeb({ replicas: 1 });
  });
  afterAll(() => fixture?.close());

  /** Another workload with a Service of its own. */
  async function made(name: string, spec: JsonObject, ports: JsonObject = {}): Promise<Provider> {
    await fixture.make('deployments', { ...deployment({ replicas: 1, spec }), metadata: { name } });
    await fixture.make('services', {
      metadata: { name },
      spec: { ...(service().spec as JsonObject), ...ports },
    });
    return fixture.provider({ workload: name, service: name });
  }

  async function refusals(provider: Provider): Promise<readonly string[]> {
    const before = await fixture.before(provider);
    const release = await fixture.release(provider, 'v2');
    const start: Operation = { kind: 'start', release, capacity: 100, weights: [100] };
    return (await provider.review?.([start], before))?.refusals ?? [];
  }

  test.each(SHAPES)('a Deployment that is %s', async (name, spec, words) => {
    const found = await refusals(await made(name, spec));
    expect(found).toEqual([expect.stringContaining(words)]);
  });

  test('a Service without an address of its own', async () => {
    const provider = await made('headless', {}, { type: 'ClusterIP', clusterIP: 'None' });
    expect(await refusals(provider)).toEqual([expect.stringContaining('no address of its own')]);
  });

  test('a workload that is not there', async () => {
    const { owner, live } = await (await fixture.provider({ workload: 'absent' })).observe();
    expect({ owner, live }).toEqual({ owner: null, live: null });
    const provider = await fixture.provider({ workload: 'absent' });
    const release = { ...(await fixture.release(await fixture.provider(), 'v2')), id: 'v2-1' };
    const start: Operation = { kind: 'start', release, capacity: 100, weights: [100] };
    const found = await provider.review?.([start], await fixture.before(provider));
    expect(found?.refusals).toContain(
      `there is no Deployment absent in the namespace ${fixture.namespace}`,
    );
  });

  test('a workload that a controller makes', async () => {
    const provider = await made('owned', {});
    const owner = await fixture.get('deployments', 'owned');
    const ownerReferences = [
      {
        apiVersion: 'example.test/v1',
        kind: 'Shop',
        name: 'one',
        uid: owner?.metadata.uid ?? '',
        controller: true,
      },
    ];
    await fixture.merge('deployments', 'owned', { metadata: { ownerReferences } });
    const { owner: words } = await provider.observe();
    expect(words).toContain('is made by Shop one');
  });

  test('what the server itself would refuse', async () => {
    const provider = await fixture.provider();
    const before = await fixture.before(provider);
    const release = await fixture.release(provider, 'v2');
    const template = release.spec.template as JsonObject;
    const broken = { ...(template.spec as JsonObject), restartPolicy: 'Never' };
    const spoiled = {
      ...release,
      id: 'v2-00000000',
      spec: { template: { ...template, spec: broken } },
    };
    const start: Operation = { kind: 'start', release: spoiled, capacity: 100, weights: [100] };
    expect((await provider.review?.([start], before))?.refusals).toEqual([
      expect.stringContaining('restartPolicy'),
    ]);
    expect(await fixture.names('deployments')).not.toContain('web-dctl-00000000');
  });
});
