import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { statusOf } from '../../providers/local/client/control-client.ts';
import type { Status } from '../../providers/local/home/messages.ts';
import type { DeployEvent } from '../../src/contract/index.ts';
import { freePort } from '../helpers/free-port.ts';
import { builtBinary } from './built.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');

const CANARY = join(import.meta.dirname, 'canary.yaml');

export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A service of its own in a folder of its own: config, state and ports that nobody else uses. */
export class RealFixture {
  readonly folder: string;
  readonly port: number;
  readonly env: NodeJS.ProcessEnv;

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this.port = port;
    this.env = { ...process.env, XDG_STATE_HOME: join(folder, 'state'), CI: 'true', NO_COLOR: '1' };
  }

  static async make(config = CANARY): Promise<RealFixture> {
    const folder = await mkdtemp(join(tmpdir(), 'deployctl-real-'));
    const fixture = new RealFixture(folder, await freePort());
    const values: Record<string, string> = {
      SERVER: join(REPOSITORY, 'examples/shop/server.js'),
      SERVICE: join(REPOSITORY, 'test/real/kills/service.js'),
      STARTS: fixture.starts,
      PORT: String(fixture.port),
      METRICS: String(await freePort()),
    };
    const template = await readFile(config, 'utf8');
    const text = template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
    await writeFile(join(folder, 'deploy.config.yaml'), text);
    return fixture;
  }

  /** Where the service of the kills writes its starts. */
  get starts(): string {
    return join(this.folder, 'starts');
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  start(...args: string[]): Run {
    return this.startIn(this.folder, ...args);
  }

  startIn(cwd: string, ...args: string[]): Run {
    return new Run(spawn(process.execPath, [builtBinary(), ...args], { cwd, env: this.env }));
  }

  /** Behind another program, which runs it: a container, a shell. */
  startBehind([program, ...words]: readonly string[], ...args: string[]): Run {
    const line = [...words, process.execPath, builtBinary(), ...args];
    return new Run(spawn(program as string, line, { cwd: this.folder, env: this.env }));
  }

  run(...args: string[]): Promise<Ran> {
    return this.start(...args).ended;
  }

  /** Ms that any command takes on this machine at this moment, busy as it may be. */
  async anyCommand(): Promise<number> {
    const began = performance.now();
    await this.run('status');
    return performance.now() - began;
  }

  async status(): Promise<{
    deployment: { ended: { result: string } | null } | null;
    observation: Seen;
  }> {
    return JSON.parse((await this.run('status', '--output', 'json')).stdout);
  }

  /** The pid of one ready replica of this version. */
  async replicaOf(version: string): Promise<number> {
    const replicas = (await this.keeper())?.replicas ?? [];
    const pid = replicas.find(
      ({ release, state }) => release.startsWith(`${version}-`) && state === 'ready',
    )?.pid;
    if (!pid) throw new Error(`no replica of ${version} runs`);
    return pid;
  }

  /** The pid of one of the two programs that stay when the command line has gone. */
  async program(name: 'keeper' | 'edge'): Promise<number> {
    const pid = (await this.keeper())?.pids[name];
    if (!pid) throw new Error(`no ${name} runs`);
    return pid;
  }

  keeper(): Promise<Status | null> {
    return statusOf(join(this.folder, 'state/deployctl/local/shop'));
  }

  async remove(): Promise<void> {
    await this.end();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Ends all processes; what they wrote stays, to be looked at. */
  async end(): Promise<void> {
    const { code, stderr } = await this.run('down', '--yes', '--force');
    if (code !== 0) throw new Error(`down failed: ${stderr}`);
  }
}

interface Seen {
  readonly live: string | null;
  readonly split: Record<string, number> | null;
  readonly releases: readonly {
    readonly id: string;
    readonly version: string;
    readonly ready: number;
  }[];
}

/** One process of the command line, with its events as they come. */
export class Run {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
  readonly events: DeployEvent[] = [];
  #stdout = '';
  #stderr = '';
  #listeners = new Set<(event: DeployEvent) => void>();

  constructor(child: ChildProcess) {
    this.child = child;
    let rest = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines)
        if (line.startsWith('{')) this.#hear(JSON.parse(line) as DeployEvent);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.ended = once(child, 'close').then(([code, signal]) => ({
      code,
      signal,
      stdout: this.#stdout,
      stderr: this.#stderr,
    }));
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Kills it, with nothing it could do about it, at the first event that fits. */
  killAt(fits: (event: DeployEvent) => boolean): void {
    this.#listeners.add((event) => {
      if (fits(event)) this.child.kill('SIGKILL');
    });
  }

  /** Resolves at the first event that fits. */
  when(fits: (event: DeployEvent) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#listeners.add((event) => {
        if (fits(event)) resolve();
      });
    });
  }

  #hear(event: DeployEvent): void {
    this.events.push(event);
    for (const listener of this.#listeners) listener(event);
  }
}
