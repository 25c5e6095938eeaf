import { join } from 'node:path';
import type { Workspace } from '../cli/shell/composition.ts';
import type { Io } from '../cli/shell/io.ts';
import type { GateSource, OpenMeans } from '../contract/index.ts';
import type { World } from '../engine/index.ts';
import { stateFolder } from '../host/cache.ts';
import { secretsIn } from '../host/secrets.ts';
import { type Catalogued, catalogueWith } from './extensions.ts';
import type { PlugIns } from './plug-ins.ts';
import { openReporter } from './reporters.ts';
import { openStoreAt, schemeOf, storeViaAt } from './stores.ts';

interface WorkspaceParts {
  readonly io: Io;
  readonly means: OpenMeans;
  readonly folder: string;
  readonly plugIns: PlugIns;
}

export function openWorkspace(parts: WorkspaceParts): Workspace {
  const { io, means, folder, plugIns } = parts;
  const shelf = <Kind extends keyof Catalogued>(kind: Kind, name: string) =>
    shelfWith(plugIns, kind, name);
  const provider: Workspace['provider'] = async (name) =>
    (await shelf('providers', name)).find(name);
  return {
    provider,
    host: async (name) => (await provider(name)).host?.() ?? null,
    strategy: async (name) => (await shelf('strategies', name)).find(name),
    store: async (given, via = {}) => {
      const url = given ?? join(stateFolder(io), 'deployctl', 'journal');
      return openStoreAt(url, await shelf('stores', schemeOf(url)), { ...means, via });
    },
    storeVia: async (given) =>
      given === null ? [] : storeViaAt(given, await shelf('stores', schemeOf(given))),
    gates: async () => {
      const { gateJudge } = await import('../judge/judge.ts');
      return { source: sourcesOf(parts), judge: gateJudge as World['judge'] };
    },
    run: async (command, limits) => {
      const { runCommand } = await import('../clients/command.ts');
      return runCommand(command, { ...limits, env: io.env, cwd: folder, redact: io.redact });
    },
    secret: (reference) => means.readSecret(reference, folder),
    reporter: (form, look) => openReporter(io, { form, look }, plugIns.loaded().reporters),
    recall: async (plan) => {
      await conceal(io, plan, plan.folder);
      return openWorkspace({ ...parts, folder: plan.folder });
    },
  };
}

/** Masks the secrets that a config or a plan names, from now on and wherever something is shown. */
export async function conceal(io: Io, named: unknown, folder: string): Promise<void> {
  await io.conceal(await secretsIn(named, { env: io.env, folder }));
}

/** Plug-ins are a reason to be loaded only where the tool itself does not have what is asked for. */
async function shelfWith<Kind extends keyof Catalogued>(
  plugIns: PlugIns,
  kind: Kind,
  name: string,
): Promise<Catalogued[Kind]> {
  const shelf = catalogueWith(plugIns.loaded())[kind];
  return shelf.has(name) ? shelf : catalogueWith(await plugIns.load())[kind];
}

function sourcesOf({ io, means, folder, plugIns }: WorkspaceParts): World['source'] {
  const opened = new Map<string, ReturnType<World['source']>>();
  const { clock, env, redact } = io;
  const open = async (name: string) => {
    const kind = await (await shelfWith(plugIns, 'sources', name)).find(name);
    return kind.open({ clock, env, cwd: folder, readSecret: means.readSecret, redact });
  };
  return (name) => {
    const source = opened.get(name) ?? open(name).catch(brokenSource);
    opened.set(name, source);
    return source;
  };
}

/** One that cannot be opened answers every question with the reason, and that is never a pass. */
function brokenSource(error: Error): GateSource {
  return { measure: () => Promise.reject(error) };
}
