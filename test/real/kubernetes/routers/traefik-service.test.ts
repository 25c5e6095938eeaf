import { onTraefik } from '../ground.ts';
import { measured } from './plane.ts';

onTraefik('canary by the weights of a TraefikService', () =>
  measured({
    host: 'traefik-service.test',
    router: { kind: 'traefikService', name: 'split' },
    isFragile: true,
    matches: [],
    objects: [
      [
        'traefikservices',
        {
          apiVersion: 'traefik.io/v1alpha1',
          kind: 'TraefikService',
          metadata: { name: 'split', labels: { team: 'shop' } },
          spec: { weighted: { services: [{ name: 'web', port: 80, passHostHeader: true }] } },
        },
      ],
      [
        'ingressroutes',
        {
          apiVersion: 'traefik.io/v1alpha1',
          kind: 'IngressRoute',
          metadata: { name: 'web' },
          spec: {
            routes: [
              {
                kind: 'Rule',
                match: 'Host(`traefik-service.test`)',
                services: [{ name: 'split', kind: 'TraefikService' }],
              },
            ],
          },
        },
      ],
    ],
  }),
);
