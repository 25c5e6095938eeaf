import { overlay, withoutNulls } from './overlay.ts';
import type { Mapping, Tree } from './tree.ts';
import { child, mapping, withEntry } from './tree.ts';

/** Works in what stands in one section and is meant for others; every value keeps its place. */
export function expand(tree: Mapping, strategies: readonly string[]): Mapping {
  const spread = strategies.reduce((config, name) => {
    return withEntry(config, name, overlay(child(config, 'defaults'), child(config, name)));
  }, tree);
  return withoutNulls(withBootstrap(spread)) as Mapping;
}

/** The first release runs with the provider's settings, and its own laid over them. */
function withBootstrap(tree: Mapping): Mapping {
  const bootstrap = child(tree, 'bootstrap');
  const [name, entry] = soleEntry(child(tree, 'provider')) ?? [];
  if (bootstrap?.kind !== 'map') return tree;
  if (name === undefined || entry === undefined) return withEntry(tree, 'bootstrap', undefined);
  const env = bootstrap.entries.get('env');
  const shorthand = env ? mapping([['env', env]], env.value.place) : undefined;
  const over = overlay(shorthand, child(bootstrap, 'provider')) ?? shorthand;
  const settings = overlay(sectionOf(entry.value), over);
  const provider =
    settings && mapping([[name, { key: entry.key, value: settings }]], bootstrap.place);
  const complete = withEntry(withEntry(bootstrap, 'env', undefined), 'provider', provider);
  return withEntry(tree, 'bootstrap', complete);
}

/** `local: node server.js` is short for its command. */
function sectionOf(settings: Tree): Tree {
  if (settings.kind !== 'scalar' || settings.value === null) return settings;
  return mapping([['command', { key: settings.place, value: settings }]], settings.place);
}

function soleEntry(provider: Tree | undefined) {
  return provider?.kind === 'map' && provider.entries.size === 1
    ? [...provider.entries][0]
    : undefined;
}
