import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { builtBinary } from '../../built.ts';
import { type Ran, Run } from '../../fixture.ts';
import { type Bed, REGION } from './bed.ts';
import { KEY } from './fixture.ts';
import type { Fleet } from './fleet.ts';
import type { Network } from './network.ts';

const CONFIG = resolve(import.meta.dirname, '../cli.yaml');

/** The built command in a folder of its own, with a config for this load balancer. */
export class Shop {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;

  private constructor(folder: string, bed: Bed) {
    this.folder = folder;
    this.env = {
      PATH: process.env.PATH,
      HOME: folder,
      XDG_STATE_HOME: join(folder, 'state'),
      CI: 'true',
      NO_COLOR: '1',
      AWS_ENDPOINT_URL: bed.url,
      AWS_ACCESS_KEY_ID: KEY,
      AWS_SECRET_ACCESS_KEY: 'none',
      AWS_REGION: REGION,
    };
  }

  static async make(bed: Bed, network: Network, propagation = '500ms'): Promise<Shop> {
    const folder = await mkdtemp(join(tmpdir(), 'deployctl-aws-'));
    const values: Record<string, string> = {
      LISTENER: network.listener,
      RULE: network.rule ?? 'null',
      BLUE: network.groups[0] ?? '',
      GREEN: network.groups[1] ?? '',
      URL: network.url,
      PROPAGATION: propagation,
    };
    const template = await readFile(CONFIG, 'utf8');
    const text = template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
    await writeFile(join(folder, 'deploy.config.yaml'), text);
    return new Shop(folder, bed);
  }

  /** The config as its owner changes it. */
  async rewrite(change: (config: string) => string): Promise<void> {
    const file = join(this.folder, 'deploy.config.yaml');
    await writeFile(file, change(await readFile(file, 'utf8')));
  }

  start(...args: string[]): Run {
    const { folder: cwd, env } = this;
    return new Run(spawn(process.execPath, [builtBinary(), ...args], { cwd, env }));
  }

  run(...args: string[]): Promise<Ran> {
    return this.start(...args).ended;
  }

  /** Deploys the version that this fleet runs. */
  deploy({ version, targets }: Fleet, ...more: string[]): Run {
    const set = `provider.aws-alb.targets=${targets.map(({ id, port }) => `${id}:${port}`).join(' ')}`;
    return this.start('deploy', '--release', version, '--set', set, '--output', 'json', ...more);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
