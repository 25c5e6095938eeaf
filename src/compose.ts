import { appendFileSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalSettings } from '../providers/local/index.ts';
import type {
  Cache,
  Composition,
  ConfigRequest,
  LocalOperations,
  Machine,
} from './cli/composition.ts';
import type { Io } from './cli/io.ts';
import { loadConfig } from './config/index.ts';
import {
  DeployError,
  type Holder,
  type JsonObject,
  type ProviderKind,
  type Reporter,
  type Strategy,
} from './contract/index.ts';
import type { World } from './engine/index.ts';
import { bootId, startTime } from './lib/process-life.ts';
import { systemRandom } from './lib/random.ts';
import { nearest } from './lib/suggest.ts';

/** The only file that names strategies, providers, stores, gate sources and reporters. */
const providers: Readonly<Record<string, () => Promise<ProviderKind>>> = {
  local: async () => (await import('../providers/local/index.ts')).localProvider,
  memory: async () => (await import('../providers/memory/index.ts')).memoryProvider,
};

/** For the commands that only make sense where the provider itself runs the service here. */
const localOperations: Readonly<Record<string, () => Promise<LocalOperations>>> = {
  local: async () => {
    const [{ down, logs }, { whoListens }] = await Promise.all([
      import('../providers/local/index.ts'),
      import('../providers/local/ports.ts'),
    ]);
    return { down, logs, ports: edgePorts, whoListens };
  },
};

function edgePorts(settings: JsonObject): ReturnType<LocalOperations['ports']> {
  const { host, port, metricsPort } = settings.edge as unknown as LocalSettings['edge'];
  return { host, ports: [port, metricsPort].filter((taken) => taken > 0) };
}

const strategyNames = ['canary', 'blue-green', 'rolling'];

const sourceNames = ['http', 'tcp', 'command', 'smoke', 'edge', 'health', 'load'];

export function compose(io: Io): Composition {
  let folder = io.cwd;
  return {
    loadConfig: async (request) => {
      const config = await loadConfig(configOptions(io, request));
      folder = config.folder;
      return config;
    },
    provider: (name) => named('provider', providers, name)(),
    localOperations: async (name) =>
      Object.hasOwn(localOperations, name) ? ((await localOperations[name]?.()) ?? null) : null,
    strategy: strategyNamed,
    planReturn: async (input) =>
      (await import('../strategies/index.ts')).planReturn({ ...input, settings: RETURN_SETTINGS }),
    store: (url) => openStore(io, url),
    gates: () => gates({ clock: io.clock, env: io.env, cwd: folder }),
    run: async (command, limits) => {
      const { runCommand } = await import('./clients/command.ts');
      return runCommand(command, { ...limits, env: io.env, cwd: folder });
    },
    random: systemRandom,
    machine: thisMachine(io),
    cache: cacheIn(join(stateFolder(io), 'deployctl', 'cache')),
    reporter: (form, output) => reporterFor(io, form, output),
    renderPlan: async (plan, options) =>
      (await import('./reporters/plan-table.ts')).renderPlan(plan, options),
  };
}

async function gates(surroundings: { clock: Io['clock']; env: Io['env']; cwd: string }) {
  const { builtInSources, gateJudge } = await import('./gates/index.ts');
  const sources = builtInSources(surroundings);
  const source = (kind: string) => named('gate source', sources, kind) as never;
  return { source, judge: gateJudge as World['judge'] };
}

const RETURN_SETTINGS = {
  check: [],
  timeouts: { start: 300_000, route: 60_000, retire: 300_000, check: 60_000 },
};

function named<T>(what: string, registry: Readonly<Record<string, T>>, name: string): T {
  const found = Object.hasOwn(registry, name) ? registry[name] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(registry);
  const meant = nearest(name, names);
  throw new DeployError('unknown-name', {
    message: `There is no ${what} ${JSON.stringify(name)}.`,
    why: `${meant ? `Did you mean ${meant}? ` : ''}Known: ${names.join(', ')}.`,
  });
}

async function strategyNamed(name: string): Promise<Strategy> {
  const { strategies } = await import('../strategies/index.ts');
  return named('strategy', strategies, name);
}

function configOptions(io: Io, request: ConfigRequest) {
  const kinds = {
    strategies: strategyNames,
    providers: Object.keys(providers),
    sources: sourceNames,
  };
  return { ...request, folder: io.cwd, env: io.env, git: () => shortCommit(io), kinds };
}

async function shortCommit(io: Io): Promise<string | null> {
  const { runCommand } = await import('./clients/command.ts');
  const limits = { timeout: 5000, signal: new AbortController().signal, env: io.env, cwd: io.cwd };
  const { code, output } = await runCommand(['git', 'rev-parse', '--short', 'HEAD'], limits);
  return code === 0 ? output.trim() : null;
}

async function openStore(io: Io, url: string | null) {
  const { createFileStore } = await import('./stores/file.ts');
  if (url === null) return createFileStore(join(stateFolder(io), 'deployctl', 'journal'));
  if (url.startsWith('file:')) return createFileStore(fileURLToPath(url));
  if (isAbsolute(url)) return createFileStore(url);
  throw new DeployError('unknown-name', {
    message: `There is no store for ${JSON.stringify(url)}.`,
    why: 'Known: file:///folder, or an absolute path.',
  });
}

function stateFolder({ env }: Io): string {
  return env.XDG_STATE_HOME || join(env.HOME || homedir(), '.local', 'state');
}

/** Who this is, and what this machine can prove about other holders: on another machine, nothing. */
function thisMachine({ env }: Io): Machine {
  const boot = bootId() ?? hostname();
  const holder = {
    actor: {
      name: env.GITHUB_ACTOR || env.GITLAB_USER_LOGIN || userName(),
      host: hostname(),
      url: runUrl(env),
    },
    host: hostname(),
    bootId: boot,
    pid: process.pid,
    started: startTime(process.pid) ?? '',
  };
  const here = (other: Holder) => other.host === holder.host;
  const runs = (other: Holder) => other.bootId === boot && startTime(other.pid) === other.started;
  return {
    holder,
    provenDead: (other) => here(other) && bootId() !== null && !runs(other),
    provenAlive: (other) => here(other) && bootId() !== null && runs(other),
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'somebody';
  }
}

function runUrl(env: Io['env']): string | null {
  const {
    GITHUB_SERVER_URL: server,
    GITHUB_REPOSITORY: repository,
    GITHUB_RUN_ID: run,
    CI_JOB_URL: job,
  } = env;
  if (server && repository && run) return `${server}/${repository}/actions/runs/${run}`;
  return job || null;
}

/** Files that nobody misses: what cannot be read or written is found out anew. */
function cacheIn(folder: string): Cache {
  const files = () => import('node:fs/promises');
  return {
    get: async (key) => (await files()).readFile(join(folder, key), 'utf8').catch(() => null),
    put: async (key, value) => {
      const { mkdir, rename, writeFile } = await files();
      const fresh = join(folder, `${key}.${systemRandom.name(8)}`);
      await mkdir(folder, { recursive: true, mode: 0o700 })
        .then(() => writeFile(fresh, value, { mode: 0o600 }))
        .then(() => rename(fresh, join(folder, key)))
        .catch(() => {});
    },
  };
}

type Look = Parameters<Composition['reporter']>[1];

async function reporterFor(io: Io, form: string, look: Look): Promise<Reporter> {
  const { closeAll, fanOut } = await import('./reporters/emit.ts');
  const reporters = [await listener(io, form, look)];
  const onBroken = (error: unknown) => {
    look.stderr.write(`warning: the display broke off: ${(error as Error)?.message ?? error}\n`);
  };
  return { report: fanOut(reporters, onBroken), close: () => closeAll(reporters, onBroken) };
}

async function listener(io: Io, form: string, { stdout, color }: Look): Promise<Reporter> {
  const output = { stream: stdout, color, now: () => io.clock.wall() };
  if (form === 'json') return (await import('./reporters/json.ts')).jsonReporter(output);
  if (form === 'auto' && io.env.GITHUB_ACTIONS === 'true') {
    const { githubReporter } = await import('./reporters/github.ts');
    return githubReporter({ stream: stdout, ...stepSummary(io) });
  }
  if (form === 'auto' && stdout.isTTY && !io.env.CI && io.env.TERM !== 'dumb')
    return (await import('./reporters/terminal.ts')).terminalReporter(output);
  return (await import('./reporters/plain.ts')).plainReporter(output);
}

function stepSummary({ env }: Io): { appendSummary?: (text: string) => void } {
  const file = env.GITHUB_STEP_SUMMARY;
  return file ? { appendSummary: (text) => appendFileSync(file, text) } : {};
}
