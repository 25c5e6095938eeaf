import { onTraefik } from '../ground.ts';
import { measured } from './plane.ts';

const HEADER = { header: { name: 'x-canary', value: 'yes' } };
const COOKIE = { cookie: { name: 'canary', value: 'a.b' } };

onTraefik('canary by the routes of an IngressRoute', () =>
  measured({
    host: 'ingress-route.test',
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
                match: 'Host(`ingress-route.test`)',
                services: [{ name: 'web', port: 80, passHostHeader: true }],
              },
              {
                kind: 'Rule',
                match: 'Host(`ingress-route.test`) && PathPrefix(`/elsewhere`)',
                services: [{ name: 'elsewhere', port: 80 }],
              },
            ],
          },
        },
      ],
    ],
  }),
);
