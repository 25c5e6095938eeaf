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

interface Written {
  readonly bake?: string;
  readonly strategy?: string;
  /** How long each stage of a canary is held. */
  readonly hold?: string;
  readonly poll?: string;
  readonly propagation?: string;
  /** After which a list surely tells of what is new. */
  readonly lag?: string;
  /** Between two readings of the gate. */
  readonly interval?: string;
  readonly project?: string;
  readonly team?: string | null;
}

const TOGETHER: Required<Written> = {
  bake: '0s',
  strategy: 'blue-green',
  hold: '0s',
  poll: '100ms',
  propagation: '0s',
  lag: '0s',
  interval: '100ms',
  project: 'shop',
  team: 'acme',
};

/** Where the API is, and who may use it. */
interface Account {
  readonly url: string;
  readonly token: string;
}

/** A service in a folder of its own, deployed to the bed by real processes. */
export class VercelFixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'deployctl-vercel-'));
  readonly #account: Account;
  readonly #bed: Bed | null;

  constructor(where: Bed | Account) {
    this.#bed = 'platform' in where ? where : null;
    const token = 'platform' in where ? where.platform.settings.token : where.token;
    this.#account = { url: where.url, token };
  }

  /** The folder as it is when this version is deployed. */
  write(version: string, written: Written = {}): this {
    const { url } = this.#account;
    const { bake, strategy, hold, poll, propagation, lag, interval, project, team } = {
      ...TOGETHER,
      ...written,
    };
    this.#file('site/index.html', version);
    this.#file(
      'deploy.config.yaml',
      `service: shop
strategy: ${strategy}
provider:
  vercel: { api: '${url}', project: ${project}, team: ${team}, folder: site, propagation: ${propagation}, poll: ${poll}, readLag: ${lag} }
defaults: { bake: ${bake}, check: [page] }
canary: { stages: [{ weight: 10%, duration: ${hold} }, { weight: 50%, duration: ${hold} }, { weight: 100%, duration: 0s }] }
gates: { page: { http: { path: / }, interval: ${interval} } }
`,
    );
    return this;
  }

  start(line: string, more: Readonly<Record<string, string>> = {}) {
    const { PATH, VERCEL_AUTOMATION_BYPASS_SECRET } = process.env;
    const env = {
      PATH,
      HOME: this.folder,
      XDG_STATE_HOME: join(this.folder, 'state'),
      CI: 'true',
      VERCEL_TOKEN: this.#account.token,
      ...(this.#bed ? {} : { VERCEL_AUTOMATION_BYPASS_SECRET }),
      ...more,
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

  run(line: string, more: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return this.start(line, more).ended;
  }

  /** Killed at the moment at which the bed has cut the connection of a call. */
  async killedAtCut(line: string): Promise<boolean> {
    const { child, ended } = this.start(line);
    const { calls } = this.#at();
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
    const [domain] = this.#at().platform.project.domains;
    return (await fetch(`http://${domain?.name}/`)).text();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #at(): Bed {
    if (!this.#bed) throw new Error('only a bed can be looked into');
    return this.#bed;
  }

  #file(name: string, text: string): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
