import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KubernetesFixture } from './fixture.ts';
import { GATEWAY, hasGateway, onCluster, ownHost } from './ground.ts';
import { Load } from './load.ts';
import { Shop } from './shop.ts';

const MANNERS = [
  ['blue-green', 'service'],
  ['rolling', 'service'],
  ['canary', 'route'],
] as const;

onCluster('the command line on a cluster', () => {
  describe.each(MANNERS)('%s, by %s', (strategy, by) => {
    const host = ownHost(`${strategy}.test`);
    let fixture: KubernetesFixture;
    let shop: Shop;
    let load: Load;

    beforeAll(async () => {
      if (by === 'route' && !hasGateway) return;
      fixture = await KubernetesFixture.withWeb(by === 'route' ? { host } : {});
      const router = by === 'route' ? '    router: { httpRoute: web }\n' : '';
      shop = await Shop.make(fixture, `${router}strategy: ${strategy}`);
      load =
        by === 'route'
          ? Load.begin(await fixture.gatewayUrl(host), { host })
          : Load.begin(await fixture.nodeUrl());
    });

    afterAll(async () => {
      await load?.end();
      await shop?.remove();
      await fixture?.close();
    });

    test('adopts what runs, deploys, and says what is live', async (context) => {
      if (by === 'route' && !hasGateway) context.skip(`no Gateway at ${GATEWAY}`);
      const { code, stdout, stderr } = await shop.deploy('v2').ended;
      expect(code, stderr).toBe(0);
      expect(stderr).toContain('without a preStop pause');
      expect(stdout).toContain('v2 is live');
      expect(await shop.versions()).toEqual(['v2']);
      const status = await shop.run('status');
      expect(status.stdout).toContain('v2  100 %  live  3 of 3 healthy');
    });

    test('goes back from a place that has only a kubeconfig', async (context) => {
      if (by === 'route' && !hasGateway) context.skip(`no Gateway at ${GATEWAY}`);
      const line = ['rollback', await shop.newest(), '--store', shop.store, '--yes'];
      const { code, stdout, stderr } = await shop.start(line, { elsewhere: true }).ended;
      expect({ code, stderr, stdout }).toMatchObject({ code: 0 });
      expect(await shop.versions()).toEqual(['v1']);
    });

    test('a config for it is found in the cluster', async (context) => {
      if (by === 'route' && !hasGateway) context.skip(`no Gateway at ${GATEWAY}`);
      const words = ['init', '--force', '--provider', 'kubernetes', '--workload'];
      const found = await shop.run(...words, `${fixture.namespace}/web`);
      expect(found.code, found.stderr).toBe(0);
      const status = await shop.run('status');
      expect(status.stdout, status.stderr).toContain('v1  100 %  live');
      const checked = await shop.run('validate', '--release', 'v9');
      expect(checked.code, checked.stderr).toBe(0);
    });

    test('no request failed, and nothing is left but the user’s own', async (context) => {
      if (by === 'route' && !hasGateway) context.skip(`no Gateway at ${GATEWAY}`);
      await load.end();
      expect(load.failed).toEqual([]);
      expect(await fixture.names('deployments')).toEqual(['web']);
    });
  });
});
