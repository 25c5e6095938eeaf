import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Bed, expectEnd } from './bed.ts';
import { onCluster } from './ground.ts';
import type { Web } from './manifests.ts';

const VALUES = ['hush-one', 'hush-two'] as const;

onCluster('Secrets that a release brings along', () => {
  let bed: Bed;
  let file: string;

  beforeAll(async () => {
    const container = { envFrom: [{ secretRef: { name: 'keys', optional: true } }] };
    bed = await Bed.make({ strategy: 'rolling', replicas: 1, container });
    file = join(bed.shop.folder, 'key.txt');
  });

  afterAll(() => bed?.close());

  const deploy = async (version: string, value: string) => {
    await writeFile(file, value);
    const set = 'provider.kubernetes.secrets.keys.SETTING.fromFile=key.txt';
    await expectEnd(bed.deploy(version, '--set', set).ended, 0);
  };
  const copies = async () =>
    (await bed.fixture.names('secrets')).filter((name) => name.startsWith('keys-'));

  test('are there before the pods that read them, each content under a name of its own', async () => {
    for (const [index, value] of VALUES.entries()) {
      await deploy(`v${index + 2}`, value);
      await bed.untilGiven(value);
    }
    expect(await copies()).toHaveLength(2);
  });

  test('stand in no record', async () => {
    const { stdout } = await bed.shop.run('history', await bed.shop.newest(), '--output', 'json');
    expect(stdout).toContain('keys-');
    for (const value of VALUES) expect(stdout).not.toContain(value);
  });

  test('come back as they were, to a place that cannot read them', async () => {
    await rm(file);
    await expectEnd(bed.elsewhere('rollback'), 0);
    await bed.untilGiven(VALUES[0]);
    expect(bed.load.failed).toEqual([]);
  });

  test('are removed once the workload could not go back to them by itself', async () => {
    const [used, former] = await usedFirst();
    const { fixture: stage } = bed;
    await stage.merge('deployments', 'web', { spec: { revisionHistoryLimit: 0 } });
    await stage.until(
      'one set is left',
      async () => (await stage.names('replicasets')).length === 1,
    );
    expect(await copies()).toContain(former);
    await deploy('v4', 'hush-four');
    await bed.untilGiven('hush-four');
    expect(await copies()).not.toContain(former);
    expect(await copies()).not.toEqual([used]);
    expect(bed.load.failed).toEqual([]);
  });

  /** The copy that the pods read now, and the other one. */
  const usedFirst = async () => {
    const template = JSON.stringify(
      (await bed.fixture.get<Web>('deployments', 'web'))?.spec.template,
    );
    return [...(await copies())].sort((one) => (template.includes(one) ? -1 : 1));
  };
});
