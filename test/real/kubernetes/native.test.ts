import { afterAll, beforeAll, expect, test } from 'vitest';
import { Bed, begun, expectEnd } from './bed.ts';
import { onCluster } from './ground.ts';

onCluster('a native rollout', () => {
  let bed: Bed;

  beforeAll(async () => {
    const rolling = '{ native: true, maxSurge: 2, pause: 1s }';
    bed = await Bed.make({ strategy: 'rolling', replicas: 3, clients: 3, rolling });
  });

  afterAll(() => bed?.close());

  test('goes through by itself while the gates watch, and has said what it cannot promise', async () => {
    const { stdout, stderr } = await expectEnd(bed.deploy('v2').ended, 0);
    expect(stdout + stderr).toContain('continues when deployctl ends');
    await bed.expectOnly('v2');
  });

  test('one that crashes is put back by the recorded template', async () => {
    const { stdout } = await expectEnd(bed.deploy('v3-crash').ended, 3);
    expect(stdout).toContain('exit code 3');
    await bed.expectOnly('v2');
  });

  test('one whose command was killed is put back from a place with a kubeconfig alone', async () => {
    const run = bed.deploy('v4');
    await begun(run, /^04-replace$/);
    run.child.kill('SIGKILL');
    await run.ended;
    await expectEnd(bed.elsewhere('rollback'), 0);
    await bed.expectOnly('v2');
  });
});
