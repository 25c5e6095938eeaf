import { join } from 'node:path';
import type { Composition, Machine } from '../cli/shell/composition.ts';
import type { Io } from '../cli/shell/io.ts';
import { loadConfig, locateConfig, type NamedPlugins } from '../config/index.ts';
import type { GateSource } from '../contract/index.ts';
import type { World } from '../engine/index.ts';
import { cacheIn, stateFolder } from '../host/cache.ts';
import { thisMachine } from '../host/identity.ts';
import { secretReader, secretsIn } from '../host/secrets.ts';
import { systemRandom } from '../lib/random.ts';
import { redacted } from '../lib/redacted.ts';
import { loadPlugins, NO_PLUGINS } from '../plug-ins/load.ts';
import { catalogueWith, extensionsOf } from './extensions.ts';
import { reportersReporterFor } from './reporters.ts';
import { schemeOf, storesOpenStore } from './stores.ts';

export function compose(io: Io): Composition {
  let folder = io.cwd;
  let loaded = NO_PLUGINS;
  let offered: (() => Promise<void>) | null = null;
  const redact = (text: string) => io.redact(text);
  const readSecret = secretReader({
    env: io.env,
    conceal: io.conceal,
    run: async (command, limits) =>
      (await import('../clients/command.ts')).readCommand(command, limits),
  });
  const means = { env: io.env, readSecret, via: {} };
  return {
    loadConfig: async (request) => {
      const extensions = async ({ plugins, folder: at, written }: NamedPlugins) => {
        if (plugins.length > 0)
          await io.conceal(await secretsIn(written, { env: io.env, folder: at }));
        loaded = await loadPlugins(plugins, at, redact);
        return extensionsOf(catalogueWith(loaded));
      };
      const git = () => shortCommit(io);
      const config = await loadConfig({ ...request, folder: io.cwd, env: io.env, git, extensions });
      folder = config.folder;
      await io.conceal(await secretsIn(config, { env: io.env, folder }));
      return config;
    },
    locate: async (request) => {
      const git = () => shortCommit(io);
      const extensions = extensionsOf(catalogueWith());
      const found = await locateConfig({
        ...request,
        folder: io.cwd,
        env: io.env,
        git,
        extensions,
      });
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
      if (!catalogueWith(loaded).providers.has(name)) await offered?.();
      return catalogueWith(loaded).providers.find(name);
    },
    means,
    host: async (name) => (await catalogueWith(loaded).providers.find(name)).host?.() ?? null,
    starters: async () => {
      const { names, find } = catalogueWith().providers;
      const kinds = await Promise.all(names.map(find));
      const found = await Promise.all(kinds.map((kind) => kind.starter?.() ?? []));
      return found.flat();
    },
    strategy: async (name) => catalogueWith(loaded).strategies.find(name),
    planReturn: async ({ timeouts, ...input }) =>
      (await import('../../strategies/return/plan.ts')).planReturn({
        ...input,
        settings: timeouts ? { ...RETURN_SETTINGS, timeouts } : RETURN_SETTINGS,
      }),
    store: async (given) => {
      const url = given ?? join(stateFolder(io), 'deployctl', 'journal');
      if (!catalogueWith(loaded).stores.has(schemeOf(url))) await offered?.();
      return storesOpenStore(url, catalogueWith(loaded).stores, means);
    },
    gates: async () => {
      const { gateJudge } = await import('../judge/judge.ts');
      const opened = new Map<string, ReturnType<World['source']>>();
      const open = async (name: string) => {
        if (!catalogueWith(loaded).sources.has(name)) await offered?.();
        const kind = await catalogueWith(loaded).sources.find(name);
        return kind.open({ clock: io.clock, env: io.env, cwd: folder, readSecret, redact });
      };
      const source: World['source'] = (name) => {
        const known = opened.get(name) ?? open(name).catch(brokenSource);
        opened.set(name, known);
        return known;
      };
      return { source, judge: gateJudge as World['judge'] };
    },
    run: async (command, limits) => {
      const { runCommand } = await import('../clients/command.ts');
      return runCommand(command, { ...limits, env: io.env, cwd: folder, redact });
    },
    redact,
    random: systemRandom,
    machine: redactedMachine(thisMachine(io), redact),
    cache: cacheIn(join(stateFolder(io), 'deployctl', 'cache')),
    reporter: (form, output) => reportersReporterFor(io, form, output, loaded.reporters),
    renderPlan: async (plan, options) =>
      (await import('../../reporters/plan-table/index.ts')).renderPlan(plan, options),
  };
}

/** One that cannot be opened answers every question with the reason, and that is never a pass. */
function brokenSource(error: Error): GateSource {
  return { measure: () => Promise.reject(error) };
}

/** Who acts is recorded as the environment says, and that may have an address with a password in it. */
function redactedMachine(
  { holder, ...proofs }: Machine,
  redact: (text: string) => string,
): Machine {
  return {
    ...proofs,
    get holder() {
      return redacted(holder, redact);
    },
  };
}

const RETURN_SETTINGS = {
  check: [],
  timeouts: { start: 300_000, route: 60_000, retire: 300_000, check: 60_000 },
};

async function shortCommit(io: Io): Promise<string | null> {
  const { runCommand } = await import('../clients/command.ts');
  const limits = { timeout: 5000, signal: new AbortController().signal, env: io.env, cwd: io.cwd };
  const { code, output } = await runCommand(['git', 'rev-parse', '--short', 'HEAD'], limits);
  return code === 0 ? output.trim() : null;
}
