import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DeployEvent } from '../../src/contract/index.ts';
import { freePort } from '../helpers/free-port.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
/** As it was built where that is what is tested; else from its sources. */
const PROGRAM = process.env.DEPLOYCTL_BUILT
  ? resolve(process.env.DEPLOYCTL_BUILT, 'bin/deployctl.js')
  : join(REPOSITORY, 'src/dev.ts');
/** Shared by all processes of all runs: starting from source is slow otherwise. */
const CACHE = join(tmpdir(), 'deployctl-compile-cache');
const SERVER = join(REPOSITORY, 'examples/shop/server.js');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Ms from its start. */
  readonly took: number;
}

export interface Configured {
  readonly hold?: string;
  readonly command?: string;
  readonly env?: string;
  readonly more?: string;
  /** The time for a start: short only where a test waits for its end. */
  readonly start?: string;
}

/** A service in a folder, state folder and ports of its own, driven by real processes. */
export class ProcessFixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'deployctl-proc-'));
  readonly port: number;
  readonly env: NodeJS.ProcessEnv;
  readonly #children: Child[] = [];

  private constructor(port: number) {
    this.port = port;
    const { PATH, HOME } = process.env;
    const state = join(this.folder, 'state');
    this.env = { PATH, HOME, XDG_STATE_HOME: state, CI: 'true', NODE_COMPILE_CACHE: CACHE };
  }

  static async make(): Promise<ProcessFixture> {
    return new ProcessFixture(await freePort()).configure();
  }

  /** `hold` is how long the first stage of 20 % lasts. */
  configure(options: Configured = {}): this {
    const { hold = '0s', command = `[node, "${SERVER}"]`, env = '{}', more = '' } = options;
    const { start = '60s' } = options;
    const text = `\
service: shop
strategy: canary
provider:
  local:
    command: ${command}
    env: ${env}
    replicas: 1
    ready: { path: /healthz, interval: 50ms }
    stop: { drain: 100ms, kill: 1s }
    edge: { port: ${this.port}, metricsPort: 0 }
defaults: { bake: 0s, timeouts: { start: ${start} }, ${more} }
canary: { stages: [{ weight: 20%, duration: ${hold} }, { weight: 100%, duration: 0s }] }
gates: { alive: { health: {}, interval: 100ms, timeout: 5s } }
`;
    writeFileSync(join(this.folder, 'deploy.config.yaml'), text);
    return this;
  }

  start(line: string, env: NodeJS.ProcessEnv = {}): Child {
    return this.#spawn([process.execPath, PROGRAM, ...line.split(' ')], env);
  }

  run(line: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return this.start(line, env).ended;
  }

  /** A line of bash in which `$DEPLOYCTL` is the program. */
  shell(line: string): Promise<Ended> {
    const DEPLOYCTL = `${process.execPath} ${PROGRAM}`;
    return this.#spawn(['bash', '-c', line], { DEPLOYCTL }).ended;
  }

  /** v1 live, and a deployment of v2 that stands at 20 %. */
  async underWay(): Promise<Child> {
    const { code, stderr } = await this.run('deploy --release v1');
    if (code !== 0) throw new Error(stderr);
    const child = this.configure({ hold: '30s' }).start('deploy --release v2 --output json');
    await child.told(holds);
    return child;
  }

  async live(): Promise<string | undefined> {
    const { stdout } = await this.run('status --output json');
    const { observation } = JSON.parse(stdout) as {
      observation: { live: string | null; releases: { id: string; version: string }[] };
    };
    return observation.releases.find(({ id }) => id === observation.live)?.version;
  }

  async remove(): Promise<void> {
    for (const child of this.#children) child.process.kill('SIGKILL');
    await Promise.all(this.#children.map(({ ended }) => ended));
    const { code, stderr } = await this.run('down --yes --force');
    rmSync(this.folder, { recursive: true, force: true });
    if (code !== 0 && !stderr.includes('Nothing was ever')) throw new Error(stderr);
  }

  #spawn([file = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): Child {
    const options = { cwd: this.folder, env: { ...this.env, ...env } };
    const child = new Child(spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }));
    this.#children.push(child);
    void child.ended.then(() => this.#children.splice(this.#children.indexOf(child), 1));
    return child;
  }
}

export class Child {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';

  constructor(child: ChildProcess) {
    const begun = performance.now();
    this.process = child;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = once(child, 'close').then(([code, signal]) => {
      const { stdout, stderr } = this;
      return { code, signal, stdout, stderr, took: performance.now() - begun };
    });
  }

  /** Resolves when an event that fits was told; the process must run with --output json. */
  async told(fits: (event: DeployEvent) => boolean): Promise<void> {
    const seen = () =>
      this.stdout
        .split('\n')
        .slice(0, -1)
        .some((line) => fits(JSON.parse(line) as DeployEvent));
    while (!seen()) {
      if (this.process.exitCode !== null) throw new Error(`it ended: ${this.stdout}${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

const holds = (event: DeployEvent) =>
  event.type === 'step-begun' && event.data.step.action.kind === 'hold';

export async function listening(port: number): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as { port: number }).port };
}
