import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { Bed, expectEnd } from './bed.ts';
import { onCluster } from './ground.ts';
import { deployment, type Web } from './manifests.ts';

onCluster('a release from manifests', () => {
  let bed: Bed;

  beforeAll(async () => {
    bed = await Bed.make({ strategy: 'blue-green' });
  });

  afterAll(() => bed?.close());

  /** Writes what a repository holds: a Deployment that names a ConfigMap, beside others. */
  async function write(setting: string): Promise<void> {
    const container = { envFrom: [{ configMapRef: { name: 'settings' } }] };
    const web = { apiVersion: 'apps/v1', kind: 'Deployment', ...deployment({ container }) };
    const settings = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings' },
      data: { SETTING: setting },
    };
    const text = [web, settings].map((one) => stringify(one)).join('---\n');
    await writeFile(join(bed.shop.folder, 'web.yaml'), text);
  }

  const deploy = (version: string) =>
    expectEnd(bed.deploy(version, '--set', 'provider.kubernetes.manifests=web.yaml').ended, 0);

  const copies = async () =>
    (await bed.fixture.names('configmaps')).filter((name) => name.startsWith('settings-'));

  test('brings its configuration with it', async () => {
    await write('one');
    await deploy('v2');
    await bed.untilGiven('one');
    expect(await copies()).toHaveLength(1);
  });

  test('another content beside it leaves the pods that run as they are', async () => {
    await write('two');
    await deploy('v3');
    await bed.untilGiven('two');
    expect(await copies()).toHaveLength(2);
  });

  test('a rollback brings the old one back, also when somebody has tidied up', async () => {
    const [web] = [await bed.fixture.get<Web>('deployments', 'web')];
    const used = JSON.stringify(web?.spec.template);
    const [unused = ''] = (await copies()).filter((name) => !used.includes(name));
    const place = { kind: 'configmaps', namespace: bed.fixture.namespace, name: unused } as const;
    await bed.fixture.cluster.remove(place);
    await expectEnd(bed.elsewhere('rollback'), 0);
    await bed.untilGiven('one');
    await bed.expectOnly('v2');
  });

  test('an unchanged image with another content is another release', async () => {
    await write('three');
    const line = ['deploy', '--release', 'v2', '--output', 'json'];
    const image = 'provider.kubernetes.image=images.test/shop:v2';
    const run = bed.shop.start([
      ...line,
      '--set',
      image,
      '--set',
      'provider.kubernetes.manifests=web.yaml',
    ]);
    await expectEnd(run.ended, 0);
    await bed.untilGiven('three');
  });
});
