import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Pod } from '../../../providers/kubernetes/objects.ts';
import { Bed, expectEnd } from './bed.ts';
import { onCluster } from './ground.ts';

/** Of the cluster of these tests; another has none. */
const REGISTRY = 'http://127.0.0.1:5000';

const digestOf = (tag: string): Promise<string | null> =>
  fetch(`${REGISTRY}/v2/shop/manifests/${tag}`, { method: 'HEAD' }).then(
    ({ headers }) => headers.get('docker-content-digest'),
    () => null,
  );

onCluster('an image that is named by its digest', () => {
  let bed: Bed;

  beforeAll(async () => {
    bed = await Bed.make({ strategy: 'rolling', replicas: 1, clients: 2 });
  });

  afterAll(() => bed?.close());

  test('is pulled by the node, and what runs is that very one', async (context) => {
    const tag = `v2.${randomBytes(4).toString('hex')}`;
    const digest = await digestOf(tag);
    if (digest === null) return context.skip(`no registry at ${REGISTRY}`);
    const { fixture, shop, load } = bed;
    const image = `images.test/shop@${digest}`;
    const set = ['--set', `provider.kubernetes.image=${image}`, '--output', 'json'];
    await expectEnd(shop.start(['deploy', '--yes', '--release', tag, ...set]).ended, 0);
    const pods = await fixture.cluster.list<Pod>({ kind: 'pods', namespace: fixture.namespace });
    const images = pods.flatMap(({ status }) =>
      (status?.containerStatuses ?? []).map(({ imageID }) => imageID),
    );
    expect(images).toEqual([image]);
    const url = await fixture.nodeUrl();
    const given = () => fetch(url).then((answer) => answer.json() as Promise<{ version: string }>);
    await fixture.until('users get it', () => given().then(({ version }) => version === tag));
    expect(load.failed).toEqual([]);
  });
});
