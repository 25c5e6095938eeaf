import type {
  Deployment,
  Pod,
  ReplicaSet,
  Template,
} from '../../../providers/kubernetes/objects.ts';
import type { Doing } from '../../../providers/kubernetes/operations/index.ts';
import { described } from '../../../providers/kubernetes/release.ts';
import type { KubeGround, Run, Sight, Stand } from '../../../providers/kubernetes/sight.ts';
import type { Release } from '../../../src/contract/index.ts';
import { asking } from '../../helpers/calls.ts';

/** What is seen of a workload, made up: no cluster is asked. */

const template = (version: string): Template => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: `images.test/shop:${version}` }] },
});

export const release = (version: string): Release => described(version, template(version));

let made = 0;

export function pod({ isReady = true, isGoing = false } = {}): Pod {
  made += 1;
  return {
    metadata: {
      name: `pod-${made}`,
      ...(isGoing ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: { containers: [{ name: 'web' }] },
    status: { conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] },
  };
}

export const pods = (count: number, more = {}): Pod[] =>
  Array.from({ length: count }, () => pod(more));

export interface Home {
  readonly replicas: number;
  readonly wants: Release;
  readonly runs: readonly (readonly [Release, readonly Pod[]])[];
  readonly spec?: Partial<Deployment['spec']>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export function home({ replicas, wants, runs, spec = {}, annotations = {} }: Home): Stand {
  const deployment: Deployment = {
    metadata: { name: 'web', generation: 1, annotations },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: template(wants.version),
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
      },
      progressDeadlineSeconds: 600,
      ...spec,
    },
    status: {
      observedGeneration: 1,
      replicas,
      updatedReplicas: replicas,
      availableReplicas: replicas,
    },
  };
  const all = runs.map(
    ([one, own]): Run => ({ release: one, replicaSet: set(one, own.length), pods: own }),
  );
  return {
    deployment,
    isHome: true,
    release: wants,
    runs: all,
    history: [deployment.spec.template],
    pods: all.flatMap((run) => run.pods),
  };
}

const set = ({ version }: Release, replicas: number): ReplicaSet => ({
  metadata: { name: `web-${version}` },
  spec: { replicas, template: template(version) },
});

export const sight = (stand: Stand, more: Partial<Sight> = {}): Sight => ({
  home: stand,
  sides: [],
  service: null,
  autoscaler: null,
  distinction: { key: 'app', value: 'web' },
  strays: [],
  routing: {
    weights: { web: 100 },
    match: null,
    operation: null,
    routedAt: null,
    lag: null,
    problem: null,
    names: ['web'],
    found: null,
    fetched: null,
  },
  now: 0,
  ...more,
});

/** Writes are kept instead of sent. */
export function doing(): Doing & { readonly sent: { readonly body: readonly Change[] }[] } {
  const sent: { readonly body: readonly Change[] }[] = [];
  const cluster = {
    now: () => 0,
    patch: async (_place: unknown, { body }: { body: readonly Change[] }) =>
      void sent.push({ body }),
  };
  const connection = { namespace: 'shop', workload: 'web', service: 'web', propagation: 1000 };
  return {
    ground: { cluster, connection } as unknown as KubeGround,
    context: asking('d1/01'),
    sent,
  };
}

export interface Change {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}
