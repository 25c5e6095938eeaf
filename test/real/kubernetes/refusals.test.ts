import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject, Operation, Provider } from '../../../src/contract/index.ts';
import { onCluster } from './ground.ts';
import { deployment, service } from './manifests.ts';
import { Stage } from './stage.ts';

/** What is found, and the words that refuse it. */
const SHAPES: readonly (readonly [string, JsonObject, string])[] = [
  ['paused', { paused: true }, 'is paused'],
  ['recreated', { strategy: { type: 'Recreate' } }, 'has the strategy Recreate'],
];

onCluster('what cannot be deployed is refused before anything is written', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.withWeb({ replicas: 1 });
  });
  afterAll(() => stage?.close());

  /** Another workload with a Service of its own. */
  async function made(name: string, spec: JsonObject, ports: JsonObject = {}): Promise<Provider> {
    await stage.make('deployments', { ...deployment({ replicas: 1, spec }), metadata: { name } });
    await stage.make('services', {
      metadata: { name },
      spec: { ...(service().spec as JsonObject), ...ports },
    });
    return stage.provider({ workload: name, service: name });
  }

  async function refusals(provider: Provider): Promise<readonly string[]> {
    const before = await stage.before(provider);
    const release = await stage.release(provider, 'v2');
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

  test('a workload that a controller makes', async () => {
    const provider = await made('owned', {});
    const owner = await stage.get('deployments', 'owned');
    const ownerReferences = [
      {
        apiVersion: 'example.test/v1',
        kind: 'Shop',
        name: 'one',
        uid: owner?.metadata.uid ?? '',
        controller: true,
      },
    ];
    await stage.merge('deployments', 'owned', { metadata: { ownerReferences } });
    const { owner: words } = await provider.observe();
    expect(words).toContain('is made by Shop one');
  });

  test('what the server itself would refuse', async () => {
    const provider = await stage.provider();
    const before = await stage.before(provider);
    const release = await stage.release(provider, 'v2');
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
    expect(await stage.names('deployments')).not.toContain('web-dctl-00000000');
  });
});
