import type { JsonObject } from '../../../../src/contract/index.ts';

/** Objects as clusters of users have them, each with fields and rules that are none of ours. */

const PLAIN = { generation: 1, annotations: { team: 'shop' } };
const meta = (more: object = {}) => ({ ...PLAIN, name: 'web', ...more });
const GATEWAY_STATUS = {
  parents: [
    {
      parentRef: { name: 'web', namespace: 'gateway' },
      controllerName: 'example.com/gateway',
      conditions: [
        { type: 'Accepted', status: 'True', observedGeneration: 1 },
        { type: 'ResolvedRefs', status: 'True', observedGeneration: 1 },
      ],
    },
  ],
};

export interface Form {
  readonly router: { readonly kind: string; readonly name: string };
  readonly resource: string;
  readonly object: JsonObject & { readonly spec: JsonObject };
  readonly header: boolean;
  readonly cookie: boolean;
}

export const FORMS: Readonly<Record<string, Form>> = {
  HTTPRoute: {
    router: { kind: 'httpRoute', name: 'web' },
    resource: 'httproutes',
    header: true,
    cookie: false,
    object: {
      metadata: meta(),
      status: GATEWAY_STATUS,
      spec: {
        parentRefs: [{ name: 'web', namespace: 'gateway' }],
        hostnames: ['web.test'],
        rules: [
          {
            name: 'all',
            matches: [{ path: { type: 'PathPrefix', value: '/' } }],
            filters: [{ type: 'URLRewrite', urlRewrite: { hostname: 'inner' } }],
            timeouts: { request: '10s' },
            backendRefs: [
              { group: '', kind: 'Service', name: 'web', port: 80, weight: 1, filters: [] },
            ],
          },
          { backendRefs: [{ name: 'other', port: 80, weight: 7 }] },
        ],
      },
    },
  },
  GRPCRoute: {
    router: { kind: 'grpcRoute', name: 'web' },
    resource: 'grpcroutes',
    header: true,
    cookie: false,
    object: {
      metadata: meta(),
      status: GATEWAY_STATUS,
      spec: {
        parentRefs: [{ name: 'web', namespace: 'gateway' }],
        rules: [
          {
            matches: [{ method: { service: 'shop.Cart', method: 'Add' } }],
            filters: [
              { type: 'RequestHeaderModifier', requestHeaderModifier: { remove: ['x-a'] } },
            ],
            backendRefs: [{ name: 'web', port: 80, weight: 1 }],
          },
          { backendRefs: [{ name: 'other', port: 80, weight: 7 }] },
        ],
      },
    },
  },
  TraefikService: {
    router: { kind: 'traefikService', name: 'web' },
    resource: 'traefikservices',
    header: false,
    cookie: false,
    object: {
      metadata: meta(),
      spec: {
        weighted: {
          services: [
            { name: 'web', port: 'http', passHostHeader: false, strategy: 'p2c', future: { a: 1 } },
          ],
        },
        unknown: ['kept'],
      },
    },
  },
  IngressRoute: {
    router: { kind: 'ingressRoute', name: 'web' },
    resource: 'ingressroutes',
    header: true,
    cookie: true,
    object: {
      metadata: meta(),
      spec: {
        entryPoints: ['web'],
        routes: [
          {
            kind: 'Rule',
            match: 'Host(`web.test`)',
            middlewares: [{ name: 'limit' }],
            services: [{ name: 'web', port: 80, scheme: 'http' }],
          },
          {
            kind: 'Rule',
            match: 'Host(`web.test`) && PathPrefix(`/api`)',
            services: [{ name: 'other', port: 80, weight: 3 }],
          },
        ],
        tls: { secretName: 'web' },
      },
    },
  },
  VirtualService: {
    router: { kind: 'virtualService', name: 'web' },
    resource: 'virtualservices',
    header: true,
    cookie: true,
    object: {
      metadata: meta(),
      spec: {
        hosts: ['web.test'],
        gateways: ['mesh', 'gateway/web'],
        exportTo: ['.'],
        http: [
          {
            name: 'api',
            match: [{ uri: { prefix: '/api' } }],
            route: [{ destination: { host: 'other' } }],
          },
          {
            name: 'primary',
            match: [{ uri: { prefix: '/' }, headers: { 'x-kind': { exact: 'a' } } }],
            retries: { attempts: 3, future: true },
            mirror: { host: 'shadow' },
            route: [
              {
                destination: {
                  host: 'web.shop.svc.cluster.local',
                  subset: 'v1',
                  port: { number: 80 },
                },
                headers: { response: { add: { 'x-kept': 'yes' } } },
              },
            ],
          },
          { name: 'rest', route: [{ destination: { host: 'other' }, weight: 100 }] },
        ],
      },
    },
  },
  ALB: {
    router: { kind: 'albIngress', name: 'web' },
    resource: 'ingresses',
    header: false,
    cookie: false,
    object: {
      metadata: meta({
        annotations: {
          team: 'shop',
          'alb.ingress.kubernetes.io/actions.web':
            '{"type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"web","servicePort":"80"}],"targetGroupStickinessConfig":{"enabled":false}}}',
          'alb.ingress.kubernetes.io/actions.moved':
            '{"type":"redirect","redirectConfig":{"host":"new.test","statusCode":"HTTP_302"}}',
          'alb.ingress.kubernetes.io/actions.broken': '{',
        },
      }),
      spec: {
        rules: [
          {
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: { service: { name: 'web', port: { name: 'use-annotation' } } },
                },
              ],
            },
          },
        ],
      },
    },
  },
};
