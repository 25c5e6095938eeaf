import {
  existsSync,
  globSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { statusOf } from '../../../providers/local/client/control-client.ts';
import type { Status } from '../../../providers/local/home/messages.ts';
import { down } from '../../../providers/local/host.ts';
import { localProvider } from '../../../providers/local/index.ts';
import type { LocalSettings } from '../../../providers/local/settings.ts';
import type {
  JsonObject,
  Operation,
  Provider,
  Release,
  Split,
  Surroundings,
  Verification,
} from '../../../src/contract/index.ts';
import { asking, meansOf, sending } from '../../helpers/calls.ts';
import { endProcess } from '../../helpers/end-process.ts';

const root = join(import.meta.dirname, '../../..');

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function until<T>(
  what: string,
  look: () => Promise<T | false | null | undefined> | T | false | null | undefined,
  within = 45_000,
): Promise<T> {
  const deadline = performance.now() + within;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`not within ${within} ms: ${what}`);
    await pause(10);
  }
}

type Overrides = { [K in keyof LocalSettings]?: unknown };

export function settingsOf(overrides: Overrides = {}): JsonObject {
  return {
    command: [process.execPath, 'server.js'],
    cwd: 'examples/shop',
    env: {},
    replicas: 2,
    portVariable: 'PORT',
    versionVariable: 'VERSION',
    ready: { path: '/healthz', status: null, interval: 50, timeout: 1000 },
    live: null,
    stop: { drain: 2000, kill: 1000 },
    restart: { backoff: 50, max: 500 },
    logs: { maxSize: 1_000_000 },
    edge: { host: '127.0.0.1', port: 0, metricsPort: 0, sticky: null },
    ...overrides,
  } as unknown as JsonObject;
}

/** A service of its own in a folder of its own, with every process it ever had ended afterwards. */
export class LocalFixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'deployctl-local-'));
  readonly home: string;
  readonly connection: JsonObject;
  readonly surroundings: Surroundings & { readonly env: Record<string, string> };
  provider!: Provider;
  fence = 1;
  #key = 0;
  #seen = new Set<number>();

  private constructor(below: string, environment: string | null) {
    const env = { XDG_STATE_HOME: join(this.folder, below) };
    this.surroundings = { service: 'shop', environment, folder: root, env };
    this.connection = localProvider.connection({}, this.surroundings);
    this.home = this.connection.home as string;
  }

  static async open(
    env: Record<string, string> = {},
    below = '',
    environment: string | null = null,
  ): Promise<LocalFixture> {
    const fixture = new LocalFixture(below, environment);
    Object.assign(fixture.surroundings.env, env);
    fixture.provider = await localProvider.open(
      fixture.connection,
      meansOf(fixture.surroundings.env),
    );
    return fixture;
  }

  release(version: string, overrides: Overrides = {}): Promise<Release> {
    const { provider, surroundings } = this;
    const { readSecret } = meansOf(surroundings.env);
    const settings = settingsOf(overrides);
    return localProvider.release({
      version,
      settings,
      surroundings,
      provider,
      readSecret,
      artifact: null,
    });
  }

  /** Under a key of its own, which it gives back. */
  async send(operation: Operation, key = `test/${this.#key++}`): Promise<string> {
    await this.provider.apply(operation, sending(key, { fence: this.fence }));
    return key;
  }

  /** Sends it and waits for what reading back settles on. */
  async make(operation: Operation, within = 45_000): Promise<Verification> {
    return this.settled(operation, await this.send(operation), within);
  }

  settled(operation: Operation, key: string, within = 45_000): Promise<Verification> {
    return until(
      `${operation.kind} settles`,
      async () => {
        const seen = await this.provider.verify(operation, asking(key));
        return seen.state !== 'pending' && seen;
      },
      within,
    );
  }

  async start(release: Release, capacity = 100): Promise<Verification> {
    return this.make({ kind: 'start', release, capacity, weights: [] });
  }

  async route(split: Split): Promise<Verification> {
    return this.make({ kind: 'route', split, match: null });
  }

  /** Up and serving everything. */
  async serve(version: string, overrides: Overrides = {}): Promise<Release> {
    const release = await this.release(version, overrides);
    await this.start(release);
    await this.route({ [release.id]: 100 });
    await this.make({ kind: 'promote', release: release.id });
    return release;
  }

  async status(): Promise<Status> {
    const status = await statusOf(this.home);
    if (!status) throw new Error('no keeper runs');
    for (const pid of pidsOf(status)) this.#seen.add(pid);
    return status;
  }

  async url(): Promise<string> {
    return (await this.provider.observe()).endpoints.public as string;
  }

  async counts(
    query = 'span=60000&age=0',
  ): Promise<{ releases: Record<string, { total: number; bad: number }> }> {
    const { endpoints } = await this.provider.observe();
    return (await fetch(`${endpoints.counts}?${query}`)).json() as never;
  }

  /** Pids that were ours at any time and still run. */
  living(): number[] {
    return [...this.#seen].filter((pid) => existsSync(`/proc/${pid}`) && !isZombie(pid));
  }

  log(name: 'keeper' | 'edge'): string {
    const file = join(this.home, `${name}.log`);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  async close(): Promise<void> {
    await this.status().catch(() => {});
    await down(this.connection).catch((error) => process.stderr.write(`down: ${error}\n`));
    await this.provider.close();
    await until('nothing of it runs', () => {
      const left = processesOf(this.home);
      for (const pid of left) endProcess(pid);
      return left.length === 0;
    });
    rmSync(this.folder, { recursive: true, force: true });
  }

  files(): string[] {
    return globSync('**', { cwd: this.home }).sort();
  }
}

export function pidsOf({ pids, replicas }: Status): number[] {
  return [pids.keeper, pids.edge, ...replicas.map(({ pid }) => pid)].filter(
    (pid): pid is number => pid !== null,
  );
}

/** Whatever still runs in this home: keepers and edges have it for their folder. */
function processesOf(home: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && folderOf(pid) === home);
}

function folderOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

function isZombie(pid: number): boolean {
  try {
    return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}
