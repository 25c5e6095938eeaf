import { appendFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalSettings } from '../providers/local/index.ts';
import type { Composition, LocalOperations } from './cli/composition.ts';
import type { Io } from './cli/io.ts';
import { loadConfig } from './config/index.ts';
import {
  DeployError,
  type GateSource,
  type JsonObject,
  type ProviderKind,
  type Reporter,
} from './contract/index.ts';
import type { World } from './engine/index.ts';
import { systemRandom } from './lib/random.ts';
import { nearest } from './lib/suggest.ts';
import { cacheIn, stateFolder, thisMachine } from './machine.ts';
import { type Loaded, loadPlugins, NO_PLUGINS } from './plug-ins.ts';
import { secretsIn } from './secrets.ts';

/** The only file that names strategies, providers, stores, gate sources and reporters. */
const providers: Readonly<Record<string, () => Promise<ProviderKind>>> = {
  local: async () => (await import('../providers/local/index.ts')).localProvider,
  memory: async () => (await import('../providers/memory/index.ts')).memoryProvider,
};

/** For the commands that only make sense where the provider itself runs the service here. */
const localOperations: Readonly<Record<string, () => Promise<LocalOperations>>> = {
  local: async () => {
    const [{ down, logs, up }, { whoListens }] = await Promise.all([
      import('../providers/local/index.ts'),
      import('../providers/local/ports.ts'),
    ]);
    return { up, down, logs, ports: edgePorts, whoListens };
  },
};

function edgePorts(settings: JsonObject): ReturnType<LocalOperations['ports']> {
  const { host, port, metricsPort } = settings.edge as unknown as LocalSettings['edge'];
  return { host, ports: [port, metricsPort].filter((taken) => taken > 0) };
}

const STRATEGIES = ['canary', 'blue-green', 'rolling'];

const SOURCES = ['http', 'tcp', 'command', 'smoke', 'edge', 'health', 'load'];

export function compose(io: Io): Composition {
  let folder = io.cwd;
  let loaded = NO_PLUGINS;
  return {
    loadConfig: async (request) => {
      const kinds = async (plugins: readonly string[], at: string) => {
        loaded = await loadPlugins(plugins, at);
        return kindsWith(loaded);
      };
      const git = () => shortCommit(io);
      const config = await loadConfig({ ...request, folder: io.cwd, env: io.env, git, kinds });
      folder = config.folder;
      await io.conceal(await secretsIn(config, { env: io.env, folder }));
      return config;
    },
    recall: async (plan) => {
      folder = plan.folder;
      await io.conceal(await secretsIn(plan, { env: io.env, folder }));
    },
    provider: async (name) => loaded.providers[name] ?? named('provider', providers, name)(),
    localOperations: async (name) =>
      Object.hasOwn(localOperations, name) ? ((await localOperations[name]?.()) ?? null) : null,
    strategy: async (name) => {
      const { strategies } = await import('../strategies/index.ts');
      return named('strategy', { ...loaded.strategies, ...strategies }, name);
    },
    planReturn: async (input) =>
      (await import('../strategies/index.ts')).planReturn({ ...input, settings: RETURN_SETTINGS }),
    store: (url) => openStore(io, url),
    gates: async () => {
      const { builtInSources, gateJudge } = await import('./gates/index.ts');
      const own = builtInSources({ clock: io.clock, env: io.env, cwd: folder });
      const sources: Readonly<Record<string, unknown>> = { ...loaded.sources, ...own };
      const source = (kind: string) => named('gate source', sources, kind) as GateSource;
      return { source, judge: gateJudge as World['judge'] };
    },
    run: async (command, limits) => {
      const { runCommand } = await import('./clients/command.ts');
      const { code, output } = await runCommand(command, { ...limits, env: io.env, cwd: folder });
      return { code, output: io.redact(output) };
    },
    redact: (text) => io.redact(text),
    random: systemRandom,
    machine: thisMachine(io),
    cache: cacheIn(join(stateFolder(io), 'deployctl', 'cache')),
    reporter: (form, output) => reporterFor(io, form, output, loaded.reporters),
    renderPlan: async (plan, options) =>
      (await import('./reporters/plan-table.ts')).renderPlan(plan, options),
  };
}

function kindsWith(loaded: Loaded) {
  return {
    strategies: [...STRATEGIES, ...Object.keys(loaded.strategies)],
    providers: [...Object.keys(providers), ...Object.keys(loaded.providers)],
    sources: [...SOURCES, ...Object.keys(loaded.sources)],
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

type Look = Parameters<Composition['reporter']>[1];

async function reporterFor(
  io: Io,
  form: string,
  look: Look,
  more: readonly Reporter[],
): Promise<Reporter> {
  const { closeAll, fanOut } = await import('./reporters/emit.ts');
  const reporters = [await listener(io, form, look), ...more];
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

function stepSummary({ env, redact }: Io): { appendSummary?: (text: string) => void } {
  const file = env.GITHUB_STEP_SUMMARY;
  return file ? { appendSummary: (text) => appendFileSync(file, redact(text)) } : {};
}
