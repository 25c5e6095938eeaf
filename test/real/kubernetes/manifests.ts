import type { KubeObject } from '../../../src/clients/kubernetes/index.ts';
import type { JsonObject } from '../../../src/contract/index.ts';

/** What a user has before deployctl comes: made as `kubectl apply` makes it. */

export const image = (version: string) => `images.test/shop:${version}`;

export interface WebOptions {
  readonly version?: string;
  readonly replicas?: number;
  readonly container?: JsonObject;
  readonly spec?: JsonObject;
  readonly env?: Readonly<Record<string, string>>;
}

export function deployment(options: WebOptions = {}): JsonObject {
  const { version = 'v1', replicas = 3, container = {}, spec = {}, env = {} } = options;
  return {
    metadata: { name: 'web', labels: { team: 'shop' } },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web', team: 'shop' } },
        spec: {
          terminationGracePeriodSeconds: 10,
          containers: [
            {
              name: 'web',
              image: image(version),
              ports: [{ name: 'http', containerPort: 8080 }],
              readinessProbe: { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 1 },
              env: Object.entries(env).map(([name, value]) => ({ name, value })),
              ...container,
            },
          ],
        },
      },
      ...spec,
    },
  };
}

export const service = (): JsonObject => ({
  metadata: { name: 'web' },
  spec: {
    type: 'NodePort',
    selector: { app: 'web' },
    ports: [{ name: 'http', port: 80, targetPort: 'http' }],
  },
});

export const httpRoute = (host: string): JsonObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'web' },
  spec: {
    parentRefs: [{ name: 'web', namespace: 'gateway' }],
    hostnames: [host],
    rules: [
      {
        matches: [{ path: { type: 'PathPrefix', value: '/' } }],
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
});

export interface Web extends KubeObject {
  readonly spec: {
    readonly replicas: number;
    readonly template: JsonObject;
    readonly strategy: JsonObject;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly readyReplicas?: number;
  };
}

export interface NodePortService extends KubeObject {
  readonly spec: {
    readonly selector: Readonly<Record<string, string>>;
    readonly ports: readonly { readonly nodePort: number }[];
  };
}

export interface Route extends KubeObject {
  readonly spec: {
    readonly rules: readonly {
      readonly filters?: readonly JsonObject[];
      readonly backendRefs: readonly { readonly name: string; readonly weight: number }[];
    }[];
  };
}
