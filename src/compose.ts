import { appendFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalSettings } from '../providers/local/index.ts';
import type { Composition, LocalOperations, Machine } from './cli/composition.ts';
import type { Io } from './cli/io.ts';
import { loadConfig, locateConfig, type NamedPlugins } from './config/index.ts';
import {
  DeployError,
  type GateSource,
  type JsonObject,
  type ProviderKind,
  type ReadSecret,
  type Reporter,
} from './contract/index.ts';
import type { World } from './engine/index.ts';
import { systemRandom } from './lib/random.ts';
import { redacted } from './lib/redacted.ts';
import { nearest } from './lib/suggest.ts';
import { cacheIn, stateFolder, thisMachine } from './machine.ts';
import { type Loaded, loadPlugins, NO_PLUGINS } from './plug-ins.ts';
import { secretReader, secretsIn } from './secrets.ts';

/** The only file that names strategies, providers, stores, gate sources and reporters. */
const providers: Readonly<Record<string, () => Promise<ProviderKind>>> = {
  local: async () => (await import('../providers/local/index.ts')).localProvider,
  memory: async () => (await import('../providers/memory/index.ts')).memoryProvider,
};

/** For the commands that only make sense where the provider itself runs the service here. */
type Operations = (readSecret: ReadSecret) => Promise<LocalOperations>;
const localOperations: Readonly<Record<string, Operations>> = {
  local: async (readSecret) => {
    const [{ down, logs, up, wake }, { whoListens }] = await Promise.all([
      import('../providers/local/index.ts'),
      import('../providers/local/ports.ts'),
    ]);
    const upWith: LocalOperations['up'] = (connection, env) => up(connection, env, readSecret);
    const wakeWith: LocalOperations['wake'] = (connection, env) =>
      wake(connection, env, readSecret);
    return { up: upWith, wake: wakeWith, down, logs, ports: edgePorts, whoListens };
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
  let offered: (() => Promise<void>) | null = null;
  const redact = (text: string) => io.redact(text);
  const readSecret = secretReader({
    env: io.env,
    conceal: io.conceal,
    run: async (command, limits) =>
      (await import('./clients/command.ts')).readCommand(command, limits),
  });
  return {
    loadConfig: async (request) => {
      const kinds = async ({ plugins, folder: at, written }: NamedPlugins) => {
        if (plugins.length > 0)
          await io.conceal(await secretsIn(written, { env: io.env, folder: at }));
        loaded = await loadPlugins(plugins, at, redact);
        return kindsWith(loaded);
      };
      const git = () => shortCommit(io);
      const config = await loadConfig({ ...request, folder: io.cwd, env: io.env, git, kinds });
      folder = config.folder;
      await io.conceal(await secretsIn(config, { env: io.env, folder }));
      return config;
    },
    locate: async (request) => {
      const git = () => shortCommit(io);
      const kinds = kindsWith(NO_PLUGINS);
      const found = await locateConfig({ ...request, folder: io.cwd, env: io.env, git, kinds });
      // Only a provider or a gate of theirs is a reason to load them, and only when it is asked for.
      offered = async () => {
        await io.conceal(await secretsIn(found, { env: io.env, folder: found.folder }));
        loaded = await loadPlugins(found.plugins, found.folder, redact);
        offered = null;
      };
      return found;
    },
    recall: async (plan) => {
      folder = plan.folder;
      await io.conceal(await secretsIn(plan, { env: io.env, folder }));
    },
    provider: async (name) => {
      const known = () => ({ ...brought(loaded.providers), ...providers });
      if (!Object.hasOwn(known(), name)) await offered?.();
      return named('provider', known(), name)();
    },
    means: { env: io.env, readSecret, via: {} },
    localOperations: async (name) =>
      Object.hasOwn(localOperations, name)
        ? ((await localOperations[name]?.(readSecret)) ?? null)
        : null,
    strategy: async (name) => {
      const { strategies } = await import('../strategies/index.ts');
      return named('strategy', { ...loaded.strategies, ...strategies }, name);
    },
    planReturn: async (input) =>
      (await import('../strategies/index.ts')).planReturn({ ...input, settings: RETURN_SETTINGS }),
    store: (url) => openStore(io, url),
    gates: async () => {
      const [{ builtInSources }, { gateJudge }] = await Promise.all([
        import('../gates/index.ts'),
        import('./judge/judge.ts'),
      ]);
      const own = builtInSources({ clock: io.clock, env: io.env, cwd: folder, readSecret, redact });
      const known = () => ({ ...loaded.sources, ...own }) as Readonly<Record<string, unknown>>;
      const source = (kind: string) =>
        Object.hasOwn(known(), kind)
          ? (known()[kind] as GateSource)
          : borrowed(async () => {
              await offered?.();
              return named('gate source', known(), kind) as GateSource;
            });
      return { source, judge: gateJudge as World['judge'] };
    },
    run: async (command, limits) => {
      const { runCommand } = await import('./clients/command.ts');
      return runCommand(command, { ...limits, env: io.env, cwd: folder, redact });
    },
    redact,
    random: systemRandom,
    machine: known(thisMachine(io), redact),
    cache: cacheIn(join(stateFolder(io), 'deployctl', 'cache')),
    reporter: (form, output) => reporterFor(io, form, output, loaded.reporters),
    renderPlan: async (plan, options) =>
      (await import('../reporters/plan-table/index.ts')).renderPlan(plan, options),
  };
}

/** A source that only a plan which goes on asks for, and whose plug-in is loaded for that. */
function borrowed(find: () => Promise<GateSource>): GateSource {
  return { measure: async (request) => (await find()).measure(request) };
}

/** Providers of plug-ins, as if they were loaded when first used. */
function brought(kinds: Loaded['providers']): typeof providers {
  return Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, async () => kind]));
}

/** Who acts is recorded as the environment says, and that may have an address with a password in it. */
function known({ holder, ...proofs }: Machine, redact: (text: string) => string): Machine {
  return {
    ...proofs,
    get holder() {
      return redacted(holder, redact);
    },
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
  const { createFileStore } = await import('../stores/file/index.ts');
  if (url === null) return createFileStore(join(stateFolder(io), 'deployctl', 'journal'));
  const folder = isAbsolute(url) ? url : folderIn(url);
  if (folder !== null) return createFileStore(folder);
  throw new DeployError('unknown-name', {
    message: `There is no store for ${JSON.stringify(url)}.`,
    why: 'Known: file:///folder, or an absolute path.',
  });
}

/** Null for what is no address of a folder: another host, or a path that cannot be one. */
function folderIn(url: string): string | null {
  try {
    const path = url.startsWith('file:/') ? fileURLToPath(url) : null;
    return path?.includes('\0') ? null : path;
  } catch {
    return null;
  }
}

type Look = Parameters<Composition['reporter']>[1];

async function reporterFor(
  io: Io,
  form: string,
  look: Look,
  more: readonly Reporter[],
): Promise<Reporter> {
  const { closeAll, fanOut } = await import('../reporters/kit/emit.ts');
  const reporters = [await listener(io, form, look), ...more];
  const onBroken = (error: unknown) => {
    look.stderr.write(`warning: the display broke off: ${(error as Error)?.message ?? error}\n`);
  };
  const tell = fanOut(reporters, onBroken);
  return {
    // Before anybody cuts or wraps it: half a secret is not known again.
    report: (event) => tell(redacted(event, io.redact)),
    close: () => closeAll(reporters, onBroken),
  };
}

async function listener(io: Io, form: string, { stdout, color }: Look): Promise<Reporter> {
  const output = { stream: stdout, color, now: () => io.clock.wall() };
  if (form === 'json') return (await import('../reporters/json/index.ts')).jsonReporter(output);
  if (form === 'auto' && io.env.GITHUB_ACTIONS === 'true') {
    const { githubReporter } = await import('../reporters/github/index.ts');
    return githubReporter({ stream: stdout, ...stepSummary(io) });
  }
  if (form === 'auto' && stdout.isTTY && !io.env.CI && io.env.TERM !== 'dumb')
    return (await import('../reporters/terminal/index.ts')).terminalReporter(output);
  return (await import('../reporters/plain/index.ts')).plainReporter(output);
}

function stepSummary({ env, redact }: Io): { appendSummary?: (text: string) => void } {
  const file = env.GITHUB_STEP_SUMMARY;
  return file ? { appendSummary: (text) => appendFileSync(file, redact(text)) } : {};
}
