import { expect, test } from 'vitest';
import type { KubeObject } from '../../../../src/clients/kubernetes/index.ts';
import { Bed, begun, expectEnd } from '../bed.ts';
import { onGateway, ownHost } from '../ground.ts';
import { httpRoute } from '../manifests.ts';

onGateway('a route that is deleted and made anew in the middle of a deployment', () => {
  test('stops it, is left as it was made, and serves what it says; a rollback ends the rest', async () => {
    const host = ownHost('deleted.test');
    const stages = ['weight: 50%, duration: 120s'];
    const bed = await Bed.make({ strategy: 'canary', host, clients: 2, stages });
    try {
      const run = bed.deploy('v2');
      await begun(run, /-hold$/);
      await bed.fixture.remove('httproutes', 'web');
      // What a tool does that upgrades its release: the object is gone for a moment.
      await bed.fixture.make('httproutes', httpRoute(host));
      const { stdout } = await expectEnd(run.ended, 7);
      expect(stdout).toContain('diverged');
      const made = await bed.fixture.get<KubeObject>('httproutes', 'web');
      expect(made).toMatchObject({ spec: { rules: [{ backendRefs: [{ name: 'web' }] }] } });
      expect(JSON.stringify(made)).not.toContain('dctl');
      await expectEnd(bed.elsewhere('rollback'), 0);
      expect(await bed.shop.versions()).toEqual(['v1']);
      expect(await bed.fixture.names('deployments')).toEqual(['web']);
      const from = Date.now();
      await bed.fixture.until('only v1 answers, and all of it well', async () => {
        const last = bed.load.answers.slice(-100);
        return (
          last.every(
            ({ at, version, status }) => at > from && version === 'v1' && status === 200,
          ) && last.length === 100
        );
      });
    } finally {
      await bed.close();
    }
  });
});
