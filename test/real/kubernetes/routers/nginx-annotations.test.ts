import { onTraefik, ownHost } from '../ground.ts';
import { measured } from './plane.ts';

const HOST = ownHost('nginx.test');

onTraefik('canary by the annotations of ingress-nginx, as Traefik reads them', () =>
  measured({
    host: HOST,
    router: { kind: 'nginxIngress', name: 'web' },
    isApart: true,
    matches: [
      { header: { name: 'x-canary', value: 'yes' } },
      { cookie: { name: 'canary', value: 'always' } },
    ],
    objects: [
      [
        'ingresses',
        {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'Ingress',
          metadata: { name: 'web', labels: { team: 'shop' } },
          spec: {
            ingressClassName: 'nginx',
            rules: [
              {
                host: HOST,
                http: {
                  paths: [
                    {
                      path: '/',
                      pathType: 'Prefix',
                      backend: { service: { name: 'web', port: { number: 80 } } },
                    },
                  ],
                },
              },
            ],
          },
        },
      ],
    ],
  }),
);
