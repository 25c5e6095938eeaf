import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/clients/kubernetes/index.ts';
import { begun, expectEnd } from './bed.ts';
import { KubernetesFixture } from './fixture.ts';
import { onCluster } from './ground.ts';
import { Load } from './load.ts';
import { deployment, image, service, type Web } from './manifests.ts';
import { Shop } from './shop.ts';

interface SetPod {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly containers: readonly { readonly image: string }[] };
}

interface Scaler extends KubeObject {
  readonly spec: { readonly minReplicas: number };
}

onCluster('a StatefulSet', () => {
  let fixture: KubernetesFixture;
  let shop: Shop;
  let load: Load;

  /** What runs in each place, from the first on. */
  const places = async () => {
    const found = await fixture.cluster.list<SetPod & { metadata: { name: string } }>(
      { kind: 'pods', namespace: fixture.namespace },
      { labels: 'app=web' },
    );
    return [...found]
      .sort((one, other) => one.metadata.name.localeCompare(other.metadata.name))
      .map(({ spec }) => spec.containers[0]?.image.split(':')[1]);
  };
  const set = async () => (await fixture.get<Web>('statefulsets', 'web')) as Web;
  const deploy = (version: string, ...more: string[]) =>
    shop.deploy(version, '--output', 'json', ...more);
  const isOnly = async (version: string) => {
    expect(await places()).toEqual([version, version, version]);
    expect((await set()).spec).toMatchObject({
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    });
    expect(load.failed).toEqual([]);
  };

  beforeAll(async () => {
    fixture = await KubernetesFixture.make();
    const { spec, ...rest } = deployment({ replicas: 3, env: { DRAIN_MS: '1000' } }) as {
      spec: object;
    };
    await fixture.make('statefulsets', { ...rest, spec: { ...spec, serviceName: 'web' } });
    await fixture.make('services', service());
    await fixture.until('three serve', async () => (await set()).status?.readyReplicas === 3);
    shop = await Shop.make(fixture, 'strategy: rolling', {
      workload: 'statefulset/web',
      rolling: '{ batch: 1, pause: 1s, maxUnavailable: 1, maxSurge: 0 }',
    });
    load = Load.begin(await fixture.nodeUrl(), { clients: 3, gap: 20 });
  });

  afterAll(async () => {
    await load?.end();
    await shop?.remove();
    await fixture?.close();
  });

  test('a batch is the highest place, and stands still when nobody goes on', async () => {
    const run = deploy('v2', '--set', 'rolling.pause=300s');
    await begun(run, /-hold$/);
    run.child.kill('SIGKILL');
    await run.ended;
    for (let looks = 0; looks < 8; looks += 1) {
      expect(await places()).toEqual(['v1', 'v1', 'v2']);
      await pause(500);
    }
    expect(load.failed).toEqual([]);
  });

  test('the way back is the former template, from a place with a kubeconfig alone', async () => {
    const line = ['rollback', '--yes', await shop.newest(), '--store', shop.store];
    await expectEnd(shop.start(line, { elsewhere: true }).ended, 0);
    await isOnly('v1');
  });

  test('to the end, and by a rollback of what has ended', async () => {
    await expectEnd(deploy('v2').ended, 0);
    await isOnly('v2');
    await expectEnd(shop.start(['rollback', '--yes', await shop.newest()]).ended, 0);
    await isOnly('v1');
  });

  test('a pod that crashes fails the batch, and does not hold up the way back', async () => {
    const { stdout } = await expectEnd(deploy('v3-crash').ended, 3);
    expect(stdout).toContain('exit code 3');
    await isOnly('v1');
    expect((await set()).spec.template).toMatchObject({
      spec: { containers: [{ image: image('v1') }] },
    });
  });

  test('an autoscaler may not take the newest pods away, and hands that change a held batch are noticed', async () => {
    const autoscaler = () => fixture.get<Scaler>('horizontalpodautoscalers', 'web');
    await fixture.make('horizontalpodautoscalers', {
      metadata: { name: 'web' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web' },
        minReplicas: 1,
        maxReplicas: 5,
      },
    });
    const run = deploy('v5', '--set', 'rolling.pause=300s');
    await begun(run, /-hold$/);
    expect((await autoscaler())?.spec.minReplicas).toBe(3);
    const updateStrategy = { rollingUpdate: { partition: 1 } };
    await fixture.strategicAs('kubectl-patch', 'statefulsets', 'web', { spec: { updateStrategy } });
    const { stdout } = await expectEnd(run.ended, 7);
    expect(stdout).toContain('kubectl-patch');
    await expectEnd(shop.start(['rollback', '--yes', await shop.newest()]).ended, 0);
    await isOnly('v1');
    expect((await autoscaler())?.spec.minReplicas).toBe(1);
    await fixture.remove('horizontalpodautoscalers', 'web');
  });

  test('native: after the first pod its controller replaces the others by itself', async () => {
    await expectEnd(deploy('v6', '--set', 'rolling.native=true').ended, 0);
    await isOnly('v6');
    const { stdout } = await expectEnd(deploy('v7-crash', '--set', 'rolling.native=true').ended, 3);
    expect(stdout).toContain('exit code 3');
    await isOnly('v6');
  });

  test('while a rollout of other hands is not finished, it is refused with what to do', async () => {
    await fixture.strategic('statefulsets', 'web', {
      spec: { template: { spec: { containers: [{ name: 'web', image: image('v8-unready') }] } } },
    });
    await fixture.until('the last place has it', async () => (await places())[2] === 'v8-unready');
    const { code, stdout, stderr } = await deploy('v9').ended;
    expect(code).toBe(2);
    expect(stdout + stderr).toContain('kubectl rollout undo statefulset/web');
    await fixture.strategic('statefulsets', 'web', {
      spec: { template: { spec: { containers: [{ name: 'web', image: image('v6') }] } } },
    });
    await fixture.remove('pods', 'web-2');
    await fixture.until('all are back', async () => {
      const { status } = await set();
      return status?.readyReplicas === 3 && (await places()).every((one) => one === 'v6');
    });
  });

  test('canary and a rollout without a gap are refused with what to say instead', async () => {
    const canary = await deploy('v4', '--strategy', 'canary').ended;
    expect(canary.code).toBe(2);
    expect(canary.stdout + canary.stderr).toContain('strategy: rolling');
    const gapless = await deploy(
      'v4',
      '--set',
      'rolling.maxUnavailable=0',
      '--set',
      'rolling.maxSurge=1',
    ).ended;
    expect(gapless.code).toBe(2);
    expect(gapless.stdout + gapless.stderr).toContain('rolling.maxUnavailable to 1');
    await isOnly('v6');
  });

  test('a config for it is found in the cluster', async () => {
    const words = ['init', '--force', '--provider', 'kubernetes', '--workload'];
    await expectEnd(shop.start([...words, `${fixture.namespace}/web`]).ended, 0);
    const { stdout } = await expectEnd(shop.start(['plan', '--release', 'v9']).ended, 0);
    expect(stdout).toContain('batch 1 of 3');
  });
});
