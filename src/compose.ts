import { homedir, hostname, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Composition, ConfigRequest, Machine } from './cli/composition.ts';
import type { Io } from './cli/io.ts';
import { loadConfig } from './config/index.ts';
import { DeployError, type Holder, type ProviderKind, type Reporter, type Strategy } from './contract/index.ts';
import { builtInSources, gateJudge } from './gates/index.ts';
import { bootId, startTime } from './lib/process-life.ts';
import { nearest } from './lib/suggest.ts';

/** The only file that names strategies, providers, stores, gate sources and reporters. */
const providers: Readonly<Record<string, () => Promise<ProviderKind>>> = {
  local: async () => (await import('../providers/local/index.ts')).localProvider,
  memory: async () => (await import('../providers/memory/index.ts')).memoryProvider,
};

const strategyNames = ['canary', 'blue-green', 'rolling'];

const sourceNames = ['http', 'tcp', 'command', 'smoke', 'edge', 'health', 'load'];

export function compose(io: Io): Composition {
  let folder = io.cwd;
  const sources = () => builtInSources({ clock: io.clock, env: io.env, cwd: folder });
  let opened: ReturnType<typeof sources> | null = null;
  return {
    loadConfig: async (request) => {
      const config = await loadConfig(configOptions(io, request));
      folder = config.folder;
      return config;
    },
    provider: (name) => named('provider', providers, name)(),
    strategy: strategyNamed,
    planReturn: async (input) => (await import('../strategies/index.ts')).planReturn({ ...input, settings: RETURN_SETTINGS }),
    store: (url) => openStore(io, url),
    source: (kind) => {
      opened ??= sources();
      return named('gate source', opened, kind) as never;
    },
    judge: gateJudge as Composition['judge'],
    run: async (command, limits) => {
      const { runCommand } = await import('./clients/command.ts');
      return runCommand(command, { ...limits, env: io.env, cwd: folder });
    },
    machine: thisMachine(io),
    reporter: (form, output) => reporterFor(io, form, output),
    renderPlan: async (plan, options) => (await import('./reporters/plan-table.ts')).renderPlan(plan, options),
  };
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
  const kinds = { strategies: strategyNames, providers: Object.keys(providers), sources: sourceNames };
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
    actor: { name: env.GITHUB_ACTOR || env.GITLAB_USER_LOGIN || userName(), host: hostname(), url: runUrl(env) },
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
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run, CI_JOB_URL: job } = env;
  if (server && repository && run) return `${server}/${repository}/actions/runs/${run}`;
  return job || null;
}

async function reporterFor(io: Io, form: string, { stdout, color }: Parameters<Composition['reporter']>[1]): Promise<Reporter> {
  const output = { stream: stdout, color, now: () => io.clock.wall() };
  if (form === 'json') return (await import('./reporters/json.ts')).jsonReporter(output);
  if (form === 'auto' && stdout.isTTY && !io.env.CI) return (await import('./reporters/plain.ts')).plainReporter(output);
  return (await import('./reporters/plain.ts')).plainReporter(output);
}
