import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/clients/kubernetes/index.ts';
import { Bed, begun, expectEnd } from './bed.ts';
import { onGateway, ownHost } from './ground.ts';

const CANCEL = ['--supersede', 'cancel-older'];

interface Pod extends KubeObject {
  readonly spec: { readonly containers: readonly { readonly image: string }[] };
}

onGateway('a release while another one is under way', () => {
  let bed: Bed;

  beforeAll(async () => {
    bed = await Bed.make({
      strategy: 'canary',
      host: ownHost('supersede.test'),
      stages: ['weight: 5%, duration: 30s', 'weight: 50%, duration: 1s'],
      replicas: 2,
    });
  });
  afterAll(() => bed?.close());

  const images = async () => {
    const place = { kind: 'pods', namespace: bed.fixture.namespace } as const;
    const pods = await bed.fixture.cluster.list<Pod>(place);
    const all = pods.flatMap(({ spec }) => spec.containers.map(({ image }) => image));
    return [...new Set(all)];
  };

  test('is refused where nothing else is asked for, and the one under way goes on', async () => {
    const older = bed.deploy('v2');
    await begun(older, /-hold$/);
    await expectEnd(bed.deploy('v3').ended, 6);
    expect(await bed.shop.versions()).toEqual(['v1', 'v2']);
  });

  test('takes its place where that is asked for: the old one has all of the traffic meanwhile', async () => {
    const newer = bed.deploy('v3', ...CANCEL);
    await begun(newer, /-start$/);
    expect(await bed.shop.versions()).not.toContain('v2');
    const from = Date.now();
    await begun(newer, /-hold$/);
    expect(bed.load.countsSince(from)).not.toHaveProperty('v2');
    expect(await bed.shop.run('promote', await bed.shop.newest())).toMatchObject({ code: 0 });
    await expectEnd(newer.ended, 0);
    // Those that were told to go drain for 4 s, and are gone when it is over.
    expect(await images()).toEqual(['images.test/shop:v3']);
    await bed.expectOnly('v3');
  });

  test('one that was aborted is over: it is not resumed, and the same version is deployed anew', async () => {
    const run = bed.deploy('v4');
    await begun(run, /-hold$/);
    const id = await bed.shop.newest();
    await expectEnd(bed.shop.run('abort', id), 0);
    await expectEnd(run.ended, 3);
    const { stderr } = await expectEnd(bed.shop.run('resume', id), 7);
    expect(stderr).toContain('has ended already');
    const again = bed.deploy('v4');
    await begun(again, /-hold$/);
    expect(await bed.shop.run('promote', await bed.shop.newest())).toMatchObject({ code: 0 });
    await expectEnd(again.ended, 0);
    await bed.expectOnly('v4');
  });
});
