import { onTraefik, ownHost } from '../ground.ts';
import { measured } from './plane.ts';

const HOST = ownHost('traefik-service.test');

onTraefik('canary by the weights of a TraefikService', () =>
  measured({
    host: HOST,
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
                match: `Host(\`${HOST}\`)`,
                services: [{ name: 'split', kind: 'TraefikService' }],
              },
            ],
          },
        },
      ],
    ],
  }),
);
