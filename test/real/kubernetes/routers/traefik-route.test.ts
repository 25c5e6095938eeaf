import { onTraefik, ownHost } from '../ground.ts';
import { measured } from './plane.ts';

const HOST = ownHost('ingress-route.test');

const HEADER = { header: { name: 'x-canary', value: 'yes' } };
const COOKIE = { cookie: { name: 'canary', value: 'a.b' } };

onTraefik('canary by the routes of an IngressRoute', () =>
  measured({
    host: HOST,
    router: { kind: 'ingressRoute', name: 'web' },
    isFragile: true,
    matches: [HEADER, COOKIE],
    objects: [
      [
        'ingressroutes',
        {
          apiVersion: 'traefik.io/v1alpha1',
          kind: 'IngressRoute',
          metadata: { name: 'web', annotations: { team: 'shop' } },
          spec: {
            routes: [
              {
                kind: 'Rule',
                match: `Host(\`${HOST}\`)`,
                services: [{ name: 'web', port: 80, passHostHeader: true }],
              },
              {
                kind: 'Rule',
                match: `Host(\`${HOST}\`) && PathPrefix(\`/elsewhere\`)`,
                services: [{ name: 'elsewhere', port: 80 }],
              },
            ],
          },
        },
      ],
    ],
  }),
);
