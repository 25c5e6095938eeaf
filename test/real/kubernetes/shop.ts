import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtBinary } from '../built.ts';
import { Run } from '../fixture.ts';
import type { KubernetesFixture } from './fixture.ts';
import { KUBECONFIG } from './ground.ts';

const STAGES = ['weight: 20%, duration: 1s', 'weight: 60%, duration: 1s'];

export interface ShopOptions {
  /** Another way into the cluster. */
  readonly kubeconfig?: string | undefined;
  readonly workload?: string | undefined;
  /** Its settings, where they are meant. */
  readonly rolling?: string | undefined;
  /** Of a canary. */
  readonly stages?: readonly string[] | undefined;
}

/** A user's folder with a config for the workload of a stage. Journals are kept in the cluster. */
export class Shop {
  readonly folder: string;
  readonly store: string;
  readonly kubeconfig: string | undefined;

  private constructor(folder: string, store: string, kubeconfig = KUBECONFIG) {
    this.folder = folder;
    this.store = store;
    this.kubeconfig = kubeconfig;
  }

  static async make(
    fixture: KubernetesFixture,
    rest: string,
    {
      kubeconfig,
      stages = STAGES,
      workload = 'deployment/web',
      rolling = '{ batch: 1 }',
    }: ShopOptions = {},
  ): Promise<Shop> {
    const folder = await mkdtemp(join(tmpdir(), 'deployctl-kubernetes-'));
    const { context, namespace } = fixture;
    const store = `kubernetes:///${namespace}?context=${context}`;
    const config = `service: shop
release: v2
store: ${store}
provider:
  kubernetes:
    context: ${context}
    namespace: ${namespace}
    workload: ${workload}
    image: images.test/shop:v2
    propagation: 1500ms
${rest}
gates:
  answers: { http: /healthz, interval: 500ms, timeout: 10s, errorLimit: 300 }
  alive: { health: {}, interval: 500ms, errorLimit: 300 }
defaults:
  check: [answers]
  watch: [alive]
  bake: { duration: 1s }
canary:
  stages:
${stages.map((one) => `    - { ${one} }\n`).join('')}rolling: ${rolling}
`;
    await writeFile(join(folder, 'deploy.config.yaml'), config);
    return new Shop(folder, store, kubeconfig);
  }

  /** Begins a command there, or where there is nothing but a kubeconfig. */
  start(args: readonly string[], { elsewhere = false, kubeconfig = this.kubeconfig } = {}): Run {
    const env = {
      ...process.env,
      KUBECONFIG: kubeconfig,
      XDG_STATE_HOME: join(this.folder, elsewhere ? 'elsewhere' : 'state'),
      CI: 'true',
      NO_COLOR: '1',
    };
    const cwd = elsewhere ? tmpdir() : this.folder;
    return new Run(spawn(process.execPath, [builtBinary(), ...args], { cwd, env }));
  }

  run(...args: string[]) {
    return this.start(args).ended;
  }

  /** Deploys this version as it is tagged. */
  deploy(version: string, ...more: string[]): Run {
    const image = `provider.kubernetes.image=images.test/shop:${version}`;
    return this.start(['deploy', '--release', version, '--set', image, ...more]);
  }

  /** Id of the newest deployment. */
  async newest(): Promise<string> {
    const { stdout } = await this.run('history', '--output', 'json');
    const [line = '{}'] = stdout.split('\n');
    return (JSON.parse(line) as { id: string }).id;
  }

  async versions(): Promise<readonly string[]> {
    const { stdout } = await this.run('status', '--output', 'json');
    const { observation } = JSON.parse(stdout) as {
      observation: { releases: readonly { version: string }[] };
    };
    return observation.releases.map(({ version }) => version);
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
