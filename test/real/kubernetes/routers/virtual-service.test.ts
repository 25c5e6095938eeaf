import { onIstio, ownHost } from '../ground.ts';
import { Istio } from './istio.ts';
import { measured } from './plane.ts';

const host = ownHost('virtual-service.test');

onIstio('canary by the weights of a VirtualService, through istiod and Envoy', () =>
  measured({
    host,
    router: { kind: 'virtualService', name: 'web' },
    plane: async (fixture) => {
      const istio = await Istio.begin(fixture);
      await istio.open(fixture);
      return { url: `http://127.0.0.1:${istio.port}`, end: () => istio.end() };
    },
    matches: [
      { header: { name: 'x-canary', value: 'yes' } },
      { cookie: { name: 'canary', value: 'yes' } },
    ],
    objects: [
      [
        'virtualservices',
        {
          apiVersion: 'networking.istio.io/v1',
          kind: 'VirtualService',
          metadata: { name: 'web', labels: { team: 'shop' } },
          spec: {
            hosts: [host],
            gateways: ['web'],
            http: [
              {
                name: 'primary',
                timeout: '10s',
                retries: { attempts: 0 },
                route: [{ destination: { host: 'web', port: { number: 80 } } }],
              },
            ],
          },
        },
      ],
    ],
  }),
);
