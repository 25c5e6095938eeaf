import { afterAll, beforeAll, expect, test } from 'vitest';
import { begun, expectEnd } from './bed.ts';
import { KubernetesFixture } from './fixture.ts';
import { GATEWAY, onRollouts, ownHost } from './ground.ts';
import { Load } from './load.ts';
import { image } from './manifests.ts';
import { makeRollout, type RolloutObject, RolloutsController } from './rollouts.ts';
import { Shop } from './shop.ts';

const host = ownHost('argo-rollout.test');
const STEPS = [{ setWeight: 20 }, { pause: {} }, { setWeight: 60 }, { pause: {} }];

onRollouts('an Argo Rollout that deployctl drives', () => {
  let fixture: KubernetesFixture;
  let shop: Shop;
  let controller: RolloutsController;
  let load: Load;

  const rollout = async () =>
    (await fixture.get<RolloutObject>('rollouts', 'web')) as RolloutObject;
  const deploy = (version: string, ...more: string[]) =>
    shop.deploy(version, '--output', 'json', ...more);

  beforeAll(async () => {
    fixture = await KubernetesFixture.make();
    controller = RolloutsController.begin(fixture.namespace);
    await makeRollout(fixture, { host, steps: STEPS, replicas: 2, env: { DRAIN_MS: '500' } });
    shop = await Shop.make(fixture, 'strategy: canary', { workload: 'rollout/web' });
    load = Load.begin(await fixture.gatewayUrl(host), { host, clients: 3, gap: 20 });
  });

  afterAll(async () => {
    await load?.end();
    await shop?.remove();
    await fixture?.remove('rollouts', 'web');
    await controller?.end();
    await fixture?.close();
  });

  const isSettledAt = async (version: string) => {
    const { spec, status } = await rollout();
    expect(spec.template.spec.containers[0]?.image).toBe(image(version));
    expect(status).toMatchObject({ phase: 'Healthy' });
    expect(status?.abort).toBeFalsy();
    // The controller keeps the pods of the other for a while.
    await fixture.until('only it is left', async () => {
      const left = await shop.versions();
      return left.length === 1 && left[0] === version;
    });
    expect(load.failed).toEqual([]);
  };

  test('it follows the Rollout’s own steps, and tells it to go on when the gates are content', async () => {
    const run = deploy('v2');
    await begun(run, /-hold$/);
    expect((await rollout()).status?.canary?.weights?.canary.weight).toBe(20);
    const asked = Load.begin(GATEWAY, { host, clients: 2, gap: 0 });
    await fixture.until('answers of both', async () => {
      const counts = asked.countsSince();
      return (counts.v1 ?? 0) > 0 && (counts.v2 ?? 0) > 0;
    });
    await asked.end();
    await expectEnd(run.ended, 0);
    await isSettledAt('v2');
  });

  test('a rollback by id brings the former version back without a stop on the way', async () => {
    await expectEnd(shop.start(['rollback', '--yes', await shop.newest()]).ended, 0);
    await isSettledAt('v1');
  });

  test('pods that never come up cost no traffic, and the template is put back', async () => {
    const { stdout } = await expectEnd(deploy('v3-crash').ended, 3);
    expect(stdout).toContain('exit code 3');
    await isSettledAt('v1');
  });

  test('an interrupted one is rolled back from elsewhere: the traffic first', async () => {
    const run = deploy('v4', '--set', 'canary.stages.0.duration=300s');
    await begun(run, /-hold$/);
    run.child.kill('SIGINT');
    await expectEnd(run.ended, 130);
    const line = ['rollback', '--yes', await shop.newest(), '--store', shop.store];
    await expectEnd(shop.start(line, { elsewhere: true }).ended, 0);
    await isSettledAt('v1');
  });

  test('one that others abort is a failure, and ends as it began', async () => {
    const run = deploy('v5', '--set', 'canary.stages.0.duration=300s');
    await begun(run, /-hold$/);
    const place = {
      kind: 'rollouts',
      namespace: fixture.namespace,
      name: 'web',
      part: 'status',
    } as const;
    await fixture.cluster.patch(place, { as: 'merge', body: { status: { abort: true } } });
    const { stdout } = await expectEnd(run.ended, 3);
    expect(stdout).toContain('was aborted');
    await isSettledAt('v1');
  });

  test('a weight that no step of it has is refused before anything is touched', async () => {
    const { stderr, stdout } = await expectEnd(
      deploy('v6', '--set', 'canary.stages.0.weight=30%').ended,
      2,
    );
    expect(stdout + stderr).toContain('20, 60 %');
  });
});
