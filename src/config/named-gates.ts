import type { JsonObject } from '../contract/index.ts';
import type { Vocabulary } from './extensions.ts';
import { overlay } from './overlay.ts';
import {
  type ConfigPlace,
  type ConfigTree,
  child,
  type Entry,
  type Mapping,
  mapping,
  scalar,
  withEntry,
} from './tree.ts';

type KnownSources = Pick<Vocabulary, 'names' | 'sources'>;

/** A gate that names no source is told by its own name what it measures: `success-rate: {min: 99%}`. */
export function withNamedGates(tree: Mapping, known: KnownSources): Mapping {
  const gates = child(tree, 'gates');
  if (gates?.kind !== 'map') return tree;
  const shared = child(tree, 'metrics');
  const entries = [...gates.entries].map(([name, entry]): [string, Entry] => [
    name,
    { ...entry, value: withSource(name, entry.value, { known, shared }) },
  ]);
  return withEntry(tree, 'gates', mapping(entries, gates.place));
}

function withSource(
  name: string,
  gate: ConfigTree,
  { known, shared }: { known: KnownSources; shared: ConfigTree | undefined },
): ConfigTree {
  if (gate.kind !== 'map' || !isBare(gate, known.names.sources)) return gate;
  // What `metrics` says comes first: it was written for that.
  const first = shared?.kind === 'map' ? [...shared.entries.keys()] : [];
  const source = [...first, ...known.names.sources].find((one) => namedBy(known, one, name));
  if (source === undefined) return gate;
  const settings = settingsTree(namedBy(known, source, name) ?? {}, gate.place);
  return withEntry(gate, source, overlay(child(shared, source), settings) ?? settings);
}

/** Whether it has none of these as a key. */
export const isBare = (gate: ConfigTree, sources: readonly string[]): boolean =>
  gate.kind === 'map' && !sources.some((name) => gate.entries.has(name));

const namedBy = (
  { sources }: KnownSources,
  source: string,
  name: string,
): JsonObject | undefined => {
  const named = Object.hasOwn(sources, source) ? sources[source]?.kind.named : undefined;
  return named && Object.hasOwn(named, name) ? named[name] : undefined;
};

function settingsTree(settings: JsonObject, place: ConfigPlace): Mapping {
  const entries = Object.entries(settings).flatMap(([key, value]): [string, Entry][] =>
    typeof value === 'object' && value !== null
      ? []
      : [[key, { key: place, value: scalar(value as string | number | boolean | null, place) }]],
  );
  return mapping(entries, place);
}
