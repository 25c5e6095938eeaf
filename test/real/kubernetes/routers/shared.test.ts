import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KubeObject } from '../../../../src/clients/kubernetes/index.ts';
import type { JsonObject, Operation, Provider, Release } from '../../../../src/contract/index.ts';
import { KubernetesFixture } from '../fixture.ts';
import { GATEWAY, onTraefik, ownHost } from '../ground.ts';
import { Load } from '../load.ts';
import { deployment, service } from '../manifests.ts';

const HOSTS = { web: ownHost('web.shared.test'), api: ownHost('api.shared.test') } as const;
type Name = keyof typeof HOSTS;
const NAMES = ['web', 'api'] as const;

/** The same under another name. */
const as = (name: Name, body: JsonObject) =>
  JSON.parse(JSON.stringify(body).replaceAll('"web"', `"${name}"`)) as JsonObject;

const ROUTE = {
  apiVersion: 'traefik.io/v1alpha1',
  kind: 'IngressRoute',
  metadata: { name: 'shared' },
  spec: {
    routes: NAMES.map((name) => ({
      kind: 'Rule',
      match: `Host(\`${HOSTS[name]}\`)`,
      services: [{ name, port: 80, passHostHeader: true }],
    })),
  },
};

onTraefik('two services behind one object', () => {
  let fixture: KubernetesFixture;
  const loads: Load[] = [];
  const providers = {} as Record<Name, Provider>;

  beforeAll(async () => {
    fixture = await KubernetesFixture.withWeb({ replicas: 1 });
    await fixture.make('deployments', as('api', deployment({ replicas: 1 })));
    await fixture.make('services', as('api', service()));
    await fixture.make('ingressroutes', ROUTE);
    for (const name of NAMES) {
      const router = { kind: 'ingressRoute', name: 'shared' };
      providers[name] = await fixture.provider({ router, workload: name, service: name });
      await fixture.gatewayUrl(HOSTS[name]);
      loads.push(Load.begin(GATEWAY, { host: HOSTS[name], clients: 2, gap: 20 }));
    }
  });

  afterAll(async () => {
    for (const load of loads) await load.end();
    await fixture?.close();
  });

  /** One operation for both, at the same time. */
  const both = (make: (name: Name) => Operation) =>
    Promise.all(NAMES.map((name) => fixture.do(providers[name], make(name))));

  test('are deployed at the same time, and neither touches what is the other’s', async () => {
    const old = {} as Record<Name, Release>;
    const next = {} as Record<Name, Release>;
    for (const name of NAMES) {
      old[name] = (await fixture.before(providers[name])).live as Release;
      next[name] = await fixture.release(providers[name], 'v2');
    }
    await both((name) => ({ kind: 'start', release: next[name], capacity: 100, weights: [50] }));
    const header = { name: 'x-canary', value: 'yes' };
    await both((name) => ({
      kind: 'route',
      split: { [old[name].id]: 70, [next[name].id]: 30 },
      match: { release: next[name].id, header },
    }));
    for (const name of NAMES)
      expect(await providers[name].observe()).toMatchObject({
        split: { [old[name].id]: 70, [next[name].id]: 30 },
        match: { release: next[name].id, header },
      });
    // One goes on to its end, the other goes back.
    const end = { web: next.web, api: old.api };
    const gone = { web: old.web, api: next.api };
    await both((name) => ({
      kind: 'route',
      split: { [gone[name].id]: 0, [end[name].id]: 100 },
      match: null,
    }));
    await both((name) => ({ kind: 'retire', release: gone[name].id, keeps: end[name].id }));
    const found = await fixture.get<KubeObject & { spec: JsonObject }>('ingressroutes', 'shared');
    expect(found?.spec).toEqual(ROUTE.spec);
    expect(await fixture.names('deployments')).toEqual(['api', 'web']);
    for (const load of loads) {
      await load.end();
      expect(load.failed).toEqual([]);
    }
    expect(loads.map(({ answers }) => answers.at(-1)?.version)).toEqual(['v2', 'v1']);
  });
});
