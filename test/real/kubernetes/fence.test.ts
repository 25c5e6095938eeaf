import { afterAll, beforeAll, expect, test } from 'vitest';
import { claim } from '../../../providers/kubernetes/claim.ts';
import { MARK } from '../../../providers/kubernetes/marks.ts';
import { groundOf, type KubeGround, look } from '../../../providers/kubernetes/sight.ts';
import { patchSet } from '../../../providers/kubernetes/stateful-set/changes.ts';
import { lookAtSet, type SetSight } from '../../../providers/kubernetes/stateful-set/sight.ts';
import type { JsonObject } from '../../../src/contract/index.ts';
import { sending } from '../../helpers/calls.ts';
import { KubernetesFixture } from './fixture.ts';
import { onCluster } from './ground.ts';
import { deployment, service } from './manifests.ts';

onCluster('a holder that was taken over before anybody had left a mark', () => {
  let fixture: KubernetesFixture;
  let ground: KubeGround;

  beforeAll(async () => {
    fixture = await KubernetesFixture.make();
    const body = deployment({ replicas: 0 }) as JsonObject & { readonly spec: JsonObject };
    await fixture.make('deployments', body);
    await fixture.make('statefulsets', {
      ...body,
      spec: { ...body.spec, serviceName: 'web' },
    });
    await fixture.make('services', service());
    const { namespace } = fixture;
    const names = { namespace, workload: 'web', service: 'web', router: { kind: 'service' } };
    ground = groundOf(fixture.cluster, { ...names, url: null, propagation: 0 } as never);
  });

  afterAll(() => fixture?.close());

  const markOn = async (kind: 'deployments' | 'statefulsets') =>
    (await fixture.get(kind, 'web'))?.metadata.annotations?.[MARK.fence];

  test('is refused by the server, and the mark of the next one stays on a Deployment', async () => {
    const [old, next] = [await look(ground), await look(ground)];
    await claim(next, ground, sending('d1/01', { fence: 6 }));
    await expect(claim(old, ground, sending('d1/01', { fence: 5 }))).rejects.toMatchObject({
      failure: 'conflict',
    });
    expect(await markOn('deployments')).toBe('6');
    await expect(
      claim(await look(ground), ground, sending('', { fence: 5 })),
    ).rejects.toMatchObject({ failure: 'fenced' });
  });

  test('and on a StatefulSet, whose annotations there were none of', async () => {
    const { set } = (await lookAtSet(ground)) as SetSight;
    const mark = (fence: string) => patchSet(ground, set, { annotations: { [MARK.fence]: fence } });
    await mark('6');
    await expect(mark('5')).rejects.toMatchObject({ failure: 'conflict' });
    expect(await markOn('statefulsets')).toBe('6');
  });
});
