import type { Vocabulary } from './extensions.ts';
import { withNamedGates } from './named-gates.ts';
import { overlay, withoutNulls } from './overlay.ts';
import type { ConfigTree, Entry, Mapping } from './tree.ts';
import { child, mapping, withEntry } from './tree.ts';

type ExpandKnown = Pick<Vocabulary, 'names' | 'providers' | 'sources'>;

/** Works in what stands in one section and is meant for others; every value keeps its place. */
export function expand(tree: Mapping, known: ExpandKnown): Mapping {
  const spread = known.names.strategies.reduce((config, name) => {
    return withEntry(config, name, overlay(child(config, 'defaults'), child(config, name)));
  }, tree);
  const named = withNamedGates(spread, known);
  return withoutNulls(withBootstrap(withLongProvider(named, known), known)) as Mapping;
}

/** The settings of a provider as a section, where a lone value stands for one of them. */
function withLongProvider(tree: Mapping, known: ExpandKnown): Mapping {
  const provider = child(tree, 'provider');
  if (provider?.kind !== 'map') return tree;
  const entries = [...provider.entries].map(([name, entry]): [string, Entry] => [
    name,
    { ...entry, value: long(name, entry.value, known) },
  ]);
  return withEntry(tree, 'provider', mapping(entries, provider.place));
}

function long(name: string, settings: ConfigTree, { providers }: ExpandKnown): ConfigTree {
  const short = Object.hasOwn(providers, name) ? providers[name]?.kind.short : undefined;
  const isLone = settings.kind === 'scalar' && typeof settings.value === 'string';
  if (short === undefined || !isLone) return settings;
  return mapping([[short, { key: settings.place, value: settings }]], settings.place);
}

/** The first release runs with the provider's settings, and its own laid over them. */
function withBootstrap(tree: Mapping, known: ExpandKnown): Mapping {
  const bootstrap = child(tree, 'bootstrap');
  const [name, entry] = soleEntry(child(tree, 'provider')) ?? [];
  if (bootstrap?.kind !== 'map') return tree;
  if (name === undefined || entry === undefined) return withEntry(tree, 'bootstrap', undefined);
  const env = bootstrap.entries.get('env');
  const shorthand = env ? mapping([['env', env]], env.value.place) : undefined;
  const own = child(bootstrap, 'provider');
  const over = overlay(shorthand, own && long(name, own, known)) ?? shorthand;
  const settings = overlay(entry.value, over);
  const provider =
    settings && mapping([[name, { key: entry.key, value: settings }]], bootstrap.place);
  const complete = withEntry(withEntry(bootstrap, 'env', undefined), 'provider', provider);
  return withEntry(tree, 'bootstrap', complete);
}

function soleEntry(provider: ConfigTree | undefined) {
  return provider?.kind === 'map' && provider.entries.size === 1
    ? [...provider.entries][0]
    : undefined;
}
