import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Kind, KubeObject } from '../../../../src/clients/kubernetes/index.ts';
import type { JsonObject, Match, Provider, Release } from '../../../../src/contract/index.ts';
import { KubernetesFixture } from '../fixture.ts';
import { onTraefik } from '../ground.ts';

type Case = readonly [
  router: string,
  kind: Kind,
  object: JsonObject & { readonly metadata: JsonObject; readonly spec: JsonObject },
  match: Omit<Match, 'release'> | null,
];

const HEADER = { header: { name: 'x-canary', value: 'yes' } };

/** Kinds that no data plane of the test cluster serves: the API server still checks every field. */
const CASES: readonly Case[] = [
  [
    'virtualService',
    'virtualservices',
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'routed' },
      spec: {
        hosts: ['web.test'],
        http: [
          {
            name: 'api',
            match: [{ uri: { prefix: '/api' } }],
            route: [{ destination: { host: 'api' } }],
          },
          {
            name: 'primary',
            timeout: '5s',
            retries: { attempts: 2, perTryTimeout: '2s' },
            route: [{ destination: { host: 'web', subset: 'stable', port: { number: 80 } } }],
          },
        ],
      },
    },
    HEADER,
  ],
  [
    'grpcRoute',
    'grpcroutes',
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GRPCRoute',
      metadata: { name: 'routed' },
      spec: {
        parentRefs: [
          {
            group: 'gateway.networking.k8s.io',
            kind: 'Gateway',
            name: 'web',
            namespace: 'gateway',
          },
        ],
        hostnames: ['grpc.test'],
        rules: [
          {
            matches: [{ method: { type: 'Exact', service: 'shop.Cart', method: 'Add' } }],
            filters: [
              {
                type: 'RequestHeaderModifier',
                requestHeaderModifier: { remove: ['x-internal'] },
              },
            ],
            backendRefs: [{ group: '', kind: 'Service', name: 'web', port: 80, weight: 1 }],
          },
        ],
      },
    },
    HEADER,
  ],
  [
    'albIngress',
    'ingresses',
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        name: 'routed',
        annotations: {
          'alb.ingress.kubernetes.io/actions.shop': JSON.stringify({
            type: 'forward',
            forwardConfig: { targetGroups: [{ serviceName: 'web', servicePort: '80' }] },
          }),
        },
      },
      spec: {
        ingressClassName: 'alb',
        rules: [
          {
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: { service: { name: 'shop', port: { name: 'use-annotation' } } },
                },
              ],
            },
          },
        ],
      },
    },
    null,
  ],
];

onTraefik('objects of kinds that nothing serves here, on a real API server', () => {
  let fixture: KubernetesFixture;

  beforeAll(async () => {
    fixture = await KubernetesFixture.withWeb({ replicas: 1 });
  });

  afterAll(async () => {
    await fixture?.close();
  });

  async function inPlace([router, kind, object]: Case): Promise<Provider> {
    await fixture.make(kind, object);
    return fixture.provider({ router: { kind: router, name: 'routed' } });
  }

  const said = async (kind: Kind) => {
    const found = await fixture.get<KubeObject & { readonly spec: JsonObject }>(kind, 'routed');
    const { 'deployctl.dev/routes': _, ...annotations } = found?.metadata.annotations ?? {};
    return { annotations, spec: found?.spec };
  };

  test.each(CASES)('%s: what was written is read back, and taken away again', async (...given) => {
    const [, kind, , match] = given;
    const provider = await inPlace(given);
    const before = await said(kind);
    const v1 = (await fixture.before(provider)).live as Release;
    const v2 = await fixture.release(provider, 'v2');
    const start = { kind: 'start', release: v2, capacity: 100, weights: [25] } as const;
    const asked = match && { release: v2.id, ...match };
    const split = { [v1.id]: 75, [v2.id]: 25 };
    const route = { kind: 'route', split, match: asked } as const;
    expect(
      (await provider.review?.([start, route], await fixture.before(provider)))?.refusals,
    ).toEqual([]);
    await fixture.do(provider, start);
    await fixture.do(provider, route);
    expect(await provider.observe()).toMatchObject({ split, match: asked });
    await fixture.do(provider, { kind: 'route', split: { [v1.id]: 100 }, match: null });
    await fixture.do(provider, { kind: 'retire', release: v2.id, keeps: v1.id });
    expect(await said(kind)).toEqual(before);
    expect(await fixture.names('deployments')).toEqual(['web']);
    await fixture.remove(kind, 'routed');
  });
});
