import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Bed } from '../../beds/vercel/bed.ts';
import { builtBinary } from '../built.ts';

export interface Ended {
  readonly code: number | null;
  readonly said: string;
}

export interface Written {
  readonly bake?: string;
  readonly strategy?: string;
  /** How long each stage of a canary is held. */
  readonly hold?: string;
}

/** A service in a folder of its own, deployed to the bed by real processes. */
export class VercelDesk {
  readonly folder = mkdtempSync(join(tmpdir(), 'deployctl-vercel-'));
  readonly #bed: Bed;

  constructor(bed: Bed) {
    this.#bed = bed;
  }

  /** The folder as it is when this version is deployed. */
  write(
    version: string,
    { bake = '0s', strategy = 'blue-green', hold = '0s' }: Written = {},
  ): this {
    const { url } = this.#bed;
    this.#file('site/index.html', version);
    this.#file(
      'deploy.config.yaml',
      `service: shop
strategy: ${strategy}
provider:
  vercel: { api: '${url}', project: shop, team: acme, folder: site, propagation: 0s, poll: 100ms, readLag: 0s }
defaults: { bake: ${bake}, check: [page] }
canary: { stages: [{ weight: 10%, duration: ${hold} }, { weight: 50%, duration: ${hold} }, { weight: 100%, duration: 0s }] }
gates: { page: { http: { path: / }, interval: 100ms } }
`,
    );
    return this;
  }

  start(line: string) {
    const { PATH } = process.env;
    const { token } = this.#bed.platform.settings;
    const env = {
      PATH,
      HOME: this.folder,
      XDG_STATE_HOME: join(this.folder, 'state'),
      CI: 'true',
      VERCEL_TOKEN: token,
    };
    const child = spawn(process.execPath, [builtBinary(), ...line.split(' ')], {
      cwd: this.folder,
      env,
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    const ended = once(child, 'close').then(([code]): Ended => ({ code, said }));
    return { child, ended, said: () => said };
  }

  run(line: string): Promise<Ended> {
    return this.start(line).ended;
  }

  /** Killed at the moment at which the bed has cut the connection of a call. */
  async killedAtCut(line: string): Promise<boolean> {
    const { child, ended } = this.start(line);
    const { calls } = this.#bed;
    const from = calls.length;
    while (child.exitCode === null) {
      if (calls.slice(from).some(({ status }) => status === 'cut')) {
        child.kill('SIGKILL');
        await ended;
        return true;
      }
      await pause(1);
    }
    await ended;
    return false;
  }

  async visit(): Promise<string> {
    const [domain] = this.#bed.platform.project.domains;
    return (await fetch(`http://${domain?.name}/`)).text();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #file(name: string, text: string): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
