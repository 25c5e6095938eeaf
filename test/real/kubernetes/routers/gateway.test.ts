import { onGateway, ownHost } from '../ground.ts';
import { measured } from './plane.ts';

const HOST = ownHost('measured.test');

onGateway('canary by the weights of an HTTPRoute, measured', () =>
  measured({
    host: HOST,
    router: { kind: 'httpRoute', name: 'web' },
    matches: [{ header: { name: 'x-canary', value: 'yes' } }],
    objects: [
      [
        'httproutes',
        {
          apiVersion: 'gateway.networking.k8s.io/v1',
          kind: 'HTTPRoute',
          metadata: { name: 'web' },
          spec: {
            parentRefs: [{ name: 'web', namespace: 'gateway' }],
            hostnames: [HOST],
            rules: [
              {
                filters: [
                  {
                    type: 'ResponseHeaderModifier',
                    responseHeaderModifier: { set: [{ name: 'x-kept', value: 'yes' }] },
                  },
                ],
                backendRefs: [{ name: 'web', port: 80 }],
              },
            ],
          },
        },
      ],
    ],
  }),
);
