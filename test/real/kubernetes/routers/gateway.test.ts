import { onGateway } from '../ground.ts';
import { measured } from './plane.ts';

onGateway('canary by the weights of an HTTPRoute, measured', () =>
  measured({
    host: 'measured.test',
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
            hostnames: ['measured.test'],
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
