import type { ZodType } from 'zod';
import type { GateSourceKind, ProviderKind, SettingsSchema, Strategy } from '../contract/index.ts';
import { schemaSettingsOf, strategySettingsOf } from '../settings/schema.ts';
import { settingsUndescribed } from './errors.ts';
import { isBare } from './named-gates.ts';
import type { ConfigTree, Mapping } from './tree.ts';
import { child } from './tree.ts';

/** Things of one kind, by name; each is loaded when it is asked for. */
export interface Shelf<T> {
  /** For people to choose from. */
  readonly names: readonly string[];
  /** Also for what is there and not offered. */
  has(name: string): boolean;
  find(name: string): Promise<T>;
}

type Settled = 'name' | 'settings';

/** All that a config can name. The config knows nothing else of it. */
export interface Extensions {
  readonly strategies: Shelf<Pick<Strategy, Settled | 'gateUse'>>;
  readonly providers: Shelf<Pick<ProviderKind, Settled | 'short'>>;
  readonly sources: Shelf<Pick<GateSourceKind, Settled | 'metric' | 'named'>>;
  /** What the URL of a store may begin with. */
  readonly stores: readonly string[];
}

interface DescribedExtension<T> {
  readonly kind: T;
  readonly schema: ZodType;
}

/** What a config does name, with its schemas; of the rest only the names. */
export interface Vocabulary {
  readonly names: { readonly [K in 'strategies' | 'providers' | 'sources']: readonly string[] };
  readonly strategies: Readonly<Record<string, DescribedExtension<Pick<Strategy, 'gateUse'>>>>;
  readonly providers: Readonly<Record<string, DescribedExtension<Pick<ProviderKind, 'short'>>>>;
  readonly sources: Readonly<
    Record<string, DescribedExtension<Pick<GateSourceKind, 'metric' | 'named'>>>
  >;
  readonly stores: readonly string[];
}

/** Loads the schemas of what these trees name, and of nothing else; strategies have settings in any case. */
export async function vocabularyOf(
  { strategies, providers, sources, stores }: Extensions,
  trees: readonly Mapping[],
): Promise<Vocabulary> {
  const [plans, places, measures] = await Promise.all([
    extensionsDescribed('strategy', strategies, strategies.names),
    extensionsDescribed('provider', providers, trees.flatMap(providersIn)),
    extensionsDescribed(
      'gate source',
      sources,
      trees.flatMap((tree) => sourcesIn(tree, sources.names)),
    ),
  ]);
  const names = {
    strategies: strategies.names,
    providers: [...new Set([...providers.names, ...Object.keys(places)])],
    sources: sources.names,
  };
  return { names, strategies: plans, providers: places, sources: measures, stores };
}

/** With every schema there is: for editors, and for the reference. */
export async function wholeVocabulary(extensions: Extensions): Promise<Vocabulary> {
  const { providers, sources } = extensions;
  const known = await vocabularyOf(extensions, []);
  return {
    ...known,
    providers: await extensionsDescribed('provider', providers, providers.names),
    sources: await extensionsDescribed('gate source', sources, sources.names),
  };
}

async function extensionsDescribed<
  T extends { settings?(): SettingsSchema | Promise<SettingsSchema> },
>(
  what: string,
  shelf: Shelf<T>,
  names: readonly string[],
): Promise<Readonly<Record<string, DescribedExtension<T>>>> {
  const wanted = [...new Set(names)].filter((name) => shelf.has(name));
  const entries = wanted.map(async (name) => {
    const kind = await shelf.find(name);
    return [name, { kind, schema: await schemaOf(what, name, kind) }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function schemaOf(
  what: string,
  name: string,
  kind: { settings?(): SettingsSchema | Promise<SettingsSchema> },
): Promise<ZodType> {
  try {
    const given = await kind.settings?.();
    return what === 'strategy' ? strategySettingsOf(given) : schemaSettingsOf(given);
  } catch (cause) {
    throw settingsUndescribed(`${what} ${name}`, cause);
  }
}

const keysOf = (tree: ConfigTree | undefined) =>
  tree?.kind === 'map' ? [...tree.entries.keys()] : [];

function providersIn(tree: Mapping): string[] {
  const provider = child(tree, 'provider');
  return provider?.kind === 'scalar' ? [String(provider.value)] : keysOf(provider);
}

/** A gate without a source is one that any of them may know by its name. */
function sourcesIn(tree: Mapping, all: readonly string[]): readonly string[] {
  const gates = child(tree, 'gates');
  const each = keysOf(gates).flatMap((name) => child(gates, name) ?? []);
  return each.some((gate) => isBare(gate, all)) ? all : each.flatMap(keysOf);
}
