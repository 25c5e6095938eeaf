import type { JsonObject } from '../../../src/contract/index.ts';
import type { KubernetesFixture } from '../../../test/real/kubernetes/fixture.ts';

/** What is the same for all that are measured. */
export interface Scene {
  readonly stage: KubernetesFixture;
  readonly host: string;
  /** Whose calls are counted. */
  readonly kubeconfig: string;
  /** Where the share of failed answers is asked for. */
  readonly errors: string;
  /** Weights on the way to 100 %; the first of them is held long where the version is bad. */
  readonly weights: readonly number[];
  readonly isBad: boolean;
}

/** One that does canaries, set up in a namespace of its own. */
interface Tool {
  /** Of whom memory and processor are taken; null until it runs. */
  pid(): number | null;
  /** Gives it the version; resolves when it says that it is at its end, forward or back. */
  release(version: string): Promise<void>;
  /** Calls as the tool itself tells them: what, how often, ms in all. */
  spent?(): readonly (readonly [string, number, number])[];
  close(): Promise<void>;
}

export interface ToolKind {
  readonly name: string;
  open(scene: Scene): Promise<Tool>;
}

/** As a limit of errors, for each of them. */
export const LIMIT = 0.05;
export const QUERY = 'error_share';

/** A Service that leads to the pods of a label, and an Ingress that leads to it. */
export async function makeWay({ stage, host }: Scene, services: readonly string[]): Promise<void> {
  for (const name of services)
    await stage.make('services', {
      metadata: { name },
      spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    });
  await stage.make('ingresses', {
    metadata: { name: 'web' },
    spec: {
      ingressClassName: 'nginx',
      rules: [
        {
          host,
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
  });
}

/** Of a kind that only one of the tools knows. */
export async function makeOther(
  { stage }: Scene,
  [group, plural]: readonly [string, string],
  body: JsonObject,
): Promise<void> {
  const path = `/apis/${group}/namespaces/${stage.namespace}/${plural}`;
  await stage.cluster.connection.ask({ method: 'POST', path, body });
}
