import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { KubeObject } from '../../../src/clients/kubernetes/index.ts';
import type { JsonObject } from '../../../src/contract/index.ts';
import type { KubernetesFixture } from './fixture.ts';
import { KUBECONFIG, ROLLOUT_KINDS, ROLLOUTS } from './ground.ts';
import { deployment, type WebOptions } from './manifests.ts';

const CLUSTER = resolve(import.meta.dirname, '../cluster');

/** In the node's network, where another run may go on beside this one. */
const ownAddress = () => `10.88.0.${randomInt(30, 250)}`;

/** The controller of Argo Rollouts for one namespace, in a network of its own: it listens on all addresses. */
export class RolloutsController {
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  static begin(namespace: string, address = ownAddress()): RolloutsController {
    const folder = ROLLOUT_KINDS;
    const files = readdirSync(folder).flatMap((file) => ['-f', join(folder, file)]);
    const apply = ['kubectl', 'apply', '--server-side', ...files];
    execFileSync(join(CLUSTER, 'cluster'), apply, { stdio: 'ignore' });
    const traefik = ['--traefik-api-group', 'traefik.io'];
    const words = [
      address,
      ROLLOUTS,
      ...['--kubeconfig', KUBECONFIG ?? '', '--namespaced', '--namespace', namespace],
      ...[...traefik, '--traefik-api-version', 'traefik.io/v1alpha1', '--leader-elect=false'],
    ];
    return new RolloutsController(
      spawn(join(CLUSTER, 'apart'), words, { stdio: ['ignore', 'ignore', 'ignore'] }),
    );
  }

  /** Of the controller itself, which is a child of what keeps it apart. */
  get pid(): number {
    const children = `/proc/${this.#process.pid}/task/${this.#process.pid}/children`;
    return Number(readFileSync(children, 'utf8').trim().split(' ')[0]);
  }

  async end(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill();
    await ended;
  }
}

export interface RolloutObject extends KubeObject {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: { readonly image: string }[] } };
  };
  readonly status?: {
    readonly phase?: string;
    readonly abort?: boolean;
    readonly canary?: { readonly weights?: { readonly canary: { readonly weight: number } } };
  };
}

export interface RolloutOptions extends WebOptions {
  readonly host: string;
  readonly steps: readonly JsonObject[];
}

/** What a team has that uses Argo Rollouts: `web`, split by a TraefikService. */
export async function makeRollout(
  fixture: KubernetesFixture,
  { host, steps, ...web }: RolloutOptions,
) {
  const { spec } = deployment(web) as { spec: JsonObject };
  const canary = {
    stableService: 'web',
    canaryService: 'web-canary',
    trafficRouting: { traefik: { weightedTraefikServiceName: 'split' } },
    scaleDownDelaySeconds: 5,
    abortScaleDownDelaySeconds: 5,
    steps: [...steps],
  };
  for (const name of ['web', 'web-canary'])
    await fixture.make('services', {
      metadata: { name },
      spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    });
  await fixture.make('traefikservices', {
    apiVersion: 'traefik.io/v1alpha1',
    kind: 'TraefikService',
    metadata: { name: 'split' },
    spec: {
      weighted: {
        services: [
          { name: 'web', port: 80, weight: 100 },
          { name: 'web-canary', port: 80, weight: 0 },
        ],
      },
    },
  });
  await fixture.make('ingressroutes', {
    apiVersion: 'traefik.io/v1alpha1',
    kind: 'IngressRoute',
    metadata: { name: 'web' },
    spec: {
      routes: [
        {
          kind: 'Rule',
          match: `Host(\`${host}\`)`,
          services: [{ name: 'split', kind: 'TraefikService' }],
        },
      ],
    },
  });
  await fixture.make('rollouts', {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'web' },
    spec: { ...spec, strategy: { canary } },
  });
  await fixture.until('the Rollout is healthy', async () => {
    const found = await fixture.get<RolloutObject>('rollouts', 'web');
    return found?.status?.phase === 'Healthy';
  });
}
