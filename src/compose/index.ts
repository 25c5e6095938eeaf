import { join } from 'node:path';
import type { Composition, Machine } from '../cli/shell/composition.ts';
import type { Io } from '../cli/shell/io.ts';
import { loadConfig, locateConfig, type NamedPlugins } from '../config/index.ts';
import { cacheIn, stateFolder } from '../host/cache.ts';
import { thisMachine } from '../host/identity.ts';
import { pinnedIn, secretReader } from '../host/secrets.ts';
import { systemRandom } from '../lib/random.ts';
import { redacted } from '../lib/redacted.ts';
import { loadPlugins, NO_PLUGINS } from '../plug-ins/load.ts';
import { catalogueWith, extensionsOf } from './extensions.ts';
import { loadedAlready, loadedWhenMissed, NO_PLUG_INS, type PlugIns } from './plug-ins.ts';
import { conceal, openWorkspace } from './workspace.ts';

export function compose(io: Io): Composition {
  const redact = (text: string) => io.redact(text);
  const readSecret = secretReader({
    env: io.env,
    conceal: io.conceal,
    run: async (command, limits) =>
      (await import('../clients/command.ts')).readCommand(command, limits),
    aws: async (reference) =>
      (await import('../clients/aws/secrets.ts')).readAwsSecret(reference, io.env),
  });
  const means = { env: io.env, readSecret, via: {} };
  const workspace = (folder: string, plugIns: PlugIns) =>
    openWorkspace({ io, means, folder, plugIns });
  const asked = { folder: io.cwd, env: io.env, git: () => shortCommit(io) };
  return {
    bare: workspace(io.cwd, NO_PLUG_INS),
    loadConfig: async (request) => {
      let loaded = NO_PLUGINS;
      const extensions = async ({ plugins, folder, written }: NamedPlugins) => {
        if (plugins.length > 0) await conceal(io, written, folder);
        keepWritable(io, plugins);
        loaded = await loadPlugins(plugins, folder, redact);
        return extensionsOf(catalogueWith(loaded));
      };
      const config = await loadConfig({ ...request, ...asked, extensions });
      await conceal(io, config, config.folder);
      return { config, workspace: workspace(config.folder, loadedAlready(loaded)) };
    },
    locate: async (request) => {
      const config = await locateConfig({
        ...request,
        ...asked,
        extensions: extensionsOf(catalogueWith()),
      });
      const plugIns = loadedWhenMissed(async () => {
        await conceal(io, config, config.folder);
        keepWritable(io, config.plugins);
        return loadPlugins(config.plugins, config.folder, redact);
      });
      return { config, workspace: workspace(io.cwd, plugIns) };
    },
    means,
    starters: async () => {
      const { names, find } = catalogueWith().providers;
      const kinds = await Promise.all(names.map(find));
      const found = await Promise.all(kinds.map((kind) => kind.starter?.() ?? []));
      return found.flat();
    },
    pinSecrets: (settings) =>
      pinnedIn(settings, async (reference) =>
        (await import('../clients/aws/secrets.ts')).pinAwsSecret(reference, io.env),
      ),
    planReturn: async ({ timeouts, ...input }) =>
      (await import('../../strategies/return/return-plan.ts')).planReturn({
        ...input,
        settings: timeouts ? { ...RETURN_SETTINGS, timeouts } : RETURN_SETTINGS,
      }),
    takeGates: async (...asked) => (await import('./foreign-gates.ts')).foreignGates(...asked),
    redact,
    random: systemRandom,
    machine: redactedMachine(thisMachine(io), redact),
    cache: cacheIn(join(stateFolder(io), 'deployctl', 'cache')),
    renderPlan: async (plan, options) =>
      (await import('../../reporters/plan-table/index.ts')).renderPlan(plan, options),
  };
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

/** They may write to it by themselves: a reader of it that has gone must not end the deployment. */
function keepWritable(io: Io, plugins: readonly unknown[]): void {
  if (plugins.length > 0) void io.stderr;
}

async function shortCommit(io: Io): Promise<string | null> {
  const { runCommand } = await import('../clients/command.ts');
  const limits = { timeout: 5000, signal: new AbortController().signal, env: io.env, cwd: io.cwd };
  const { code, output } = await runCommand(['git', 'rev-parse', '--short', 'HEAD'], limits);
  return code === 0 ? output.trim() : null;
}
