import { createRequire } from 'node:module';
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from '../contract/index.ts';
import { flawAt } from '../lib/safe-files/descent.ts';
import { wordsOf } from '../lib/safe-files/flaw.ts';
import { pluginUnusable } from './errors.ts';
import {
  guardedKind,
  guardedReporter,
  guardedSourceKind,
  guardedStrategy,
  type Redact,
} from './guard/index.ts';

/** What the plug-ins of a config bring, by name. */
export interface Loaded {
  readonly strategies: Readonly<Record<string, NonNullable<Plugin['strategies']>[number]>>;
  readonly providers: Readonly<Record<string, NonNullable<Plugin['providers']>[number]>>;
  readonly sources: Readonly<Record<string, NonNullable<Plugin['sources']>[number]>>;
  readonly stores: Readonly<Record<string, NonNullable<Plugin['stores']>[number]>>;
  readonly reporters: NonNullable<Plugin['reporters']>;
}

export const NO_PLUGINS: Loaded = {
  strategies: {},
  providers: {},
  sources: {},
  stores: {},
  reporters: [],
};

/** Loads what the config names: files by a path that begins with `.` or `/`, else packages. Runs their code. */
export async function loadPlugins(
  names: readonly string[],
  folder: string,
  redact: Redact = (text) => text,
): Promise<Loaded> {
  let loaded = NO_PLUGINS;
  for (const name of names) {
    const plugin = await importPlugin(name, folder);
    loaded = withPlugin(loaded, { name, plugin, redact });
  }
  return loaded;
}

async function importPlugin(name: string, folder: string): Promise<Plugin> {
  const plugin: unknown = await defaultExport(name, folder).catch((cause: unknown) => {
    const words = cause instanceof Error ? cause.message : 'it threw a value that is not an error';
    throw pluginUnusable(name, `It could not be loaded: ${words}`, cause);
  });
  if (typeof plugin !== 'object' || plugin === null) {
    throw pluginUnusable(
      name,
      'Its default export is not an object with strategies, providers, sources, stores or reporters.',
    );
  }
  return plugin;
}

async function defaultExport(name: string, folder: string): Promise<unknown> {
  return (await import(loadAddressOf(name, folder))).default;
}

/** Packages are found from the config's folder, not from where this tool is installed. */
function loadAddressOf(name: string, folder: string): string {
  if (name.startsWith('.') || isAbsolute(name)) return pathToFileURL(resolve(folder, name)).href;
  const file = createRequire(resolve(folder, 'deploy.config')).resolve(name);
  // It is looked for in folders above, too. Whoever took the config took what lies beside it.
  const flaw = flawAt(file);
  if (flaw && flaw.path !== flawAt(folder)?.path)
    throw new Error(
      `${file} was found, and ${wordsOf(flaw)}. To load it anyway, name it by its path`,
    );
  return pathToFileURL(file).href;
}

interface Brought {
  readonly name: string;
  readonly plugin: Plugin;
  readonly redact: Redact;
}

function withPlugin(loaded: Loaded, { name, plugin, redact }: Brought): Loaded {
  const { strategies = [], providers = [], sources = [], stores = [], reporters = [] } = plugin;
  demand(name, { strategies }, { name: 'string', plan: 'function' });
  demand(name, { providers }, { name: 'string', open: 'function', release: 'function' });
  demand(name, { reporters }, { report: 'function' });
  demand(name, { sources }, { name: 'string', metric: 'function', open: 'function' });
  demand(name, { stores }, { scheme: 'string', open: 'function' });
  const guarded = sources.map((source) => guardedSourceKind(source, redact));
  return {
    strategies: joinedParts(name, loaded.strategies, byName(strategies.map(guardedStrategy))),
    providers: joinedParts(name, loaded.providers, byName(providers.map(guardedKind))),
    sources: joinedParts(name, loaded.sources, byName(guarded)),
    stores: joinedParts(name, loaded.stores, byScheme(stores)),
    reporters: [...loaded.reporters, ...reporters.map(guardedReporter)],
  };
}

const byName = <T extends { readonly name: string }>(parts: readonly T[]) =>
  Object.fromEntries(parts.map((part) => [part.name, part]));

const byScheme = <T extends { readonly scheme: string }>(parts: readonly T[]) =>
  Object.fromEntries(parts.map((part) => [part.scheme, part]));

/** A part of the wrong shape is told when it is loaded, not when it is needed. */
function demand(
  plugin: string,
  brought: Readonly<Record<string, unknown>>,
  shape: Readonly<Record<string, string>>,
): void {
  const fits = (part: unknown) =>
    Object.entries(shape).every(
      ([key, type]) => typeof (part as Record<string, unknown> | null)?.[key] === type,
    );
  const wrong = Object.entries(brought).find(
    ([, parts]) => !(Array.isArray(parts) && parts.every(fits)),
  );
  if (wrong)
    throw pluginUnusable(
      plugin,
      `Its ${wrong[0]} are not all objects with ${Object.keys(shape).join(' and ')}.`,
    );
}

function joinedParts<T>(
  plugin: string,
  before: Readonly<Record<string, T>>,
  more: Readonly<Record<string, T>>,
) {
  const twice = Object.keys(more).find((name) => Object.hasOwn(before, name));
  if (twice) throw pluginUnusable(plugin, `It brings ${twice}, and another plug-in brings it too.`);
  return { ...before, ...more };
}
