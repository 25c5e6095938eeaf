import type { GateSpec } from '../contract/index.ts';
import { formatDuration } from '../lib/duration.ts';
import { quoted } from '../lib/quoted.ts';
import { nearest } from '../lib/suggest.ts';
import type { Vocabulary } from './extensions.ts';
import type { Problem } from './problem.ts';
import type { ConfigHold } from './resolve/uses.ts';
import { usesOf } from './resolve/uses.ts';
import type { Strategies } from './resolved.ts';
import type { ConfigTree } from './tree.ts';
import { at, reached, treePlaceOf } from './tree.ts';

interface Config {
  readonly strategies: Strategies;
  readonly gates: Readonly<Record<string, GateSpec>>;
  readonly known: Vocabulary;
}

/** What is well formed and still makes no sense. Looks only at strategies that are meant. */
export function contradictions(
  config: Config,
  meant: readonly string[],
  tree: ConfigTree,
): Problem[] {
  const { references, holds } = usesOf(config.strategies, meant, config.known);
  const names = Object.keys(config.gates);
  const unknown = references
    .filter(({ gate }) => !names.includes(gate))
    .map(({ gate, path }) => ({
      place: treePlaceOf(tree, path),
      text: semanticsUnknownGate(gate, names),
    }));
  return [...unknown, ...holds.flatMap((hold) => tooShort(hold, config, tree))];
}

/** Gates that no strategy with a section of its own asks for. */
export function unusedGates(config: Config, meant: readonly string[]): string[] {
  const used = new Set(
    usesOf(config.strategies, meant, config.known).references.map(({ gate }) => gate),
  );
  return Object.keys(config.gates)
    .filter((name) => !used.has(name))
    .map(
      (name) => `Gate "${name}" is not used: name it in preflight, check or watch, or remove it.`,
    );
}

function semanticsUnknownGate(gate: string, names: readonly string[]): string {
  const near = nearest(gate, names);
  const known = names.length === 0 ? 'none is defined in gates' : `one of ${names.join(', ')}`;
  return `found the gate ${quoted(gate)}, expected ${known}${near ? ` (did you mean ${near}?)` : ''}`;
}

/** A gate that cannot see one whole window within a hold could never pass it. */
function tooShort(hold: ConfigHold, { gates, known }: Config, tree: ConfigTree): Problem[] {
  const slowest = hold.gates
    .flatMap((name) => {
      const spec = Object.hasOwn(gates, name) ? gates[name] : undefined;
      return spec && isWindowed(spec, known) ? [{ name, spec, needs: needOf(spec, hold) }] : [];
    })
    .sort((a, b) => b.needs - a.needs)[0];
  if (!slowest || hold.duration >= slowest.needs) return [];
  const text =
    `found ${formatDuration(hold.duration)}, expected at least ${formatDuration(slowest.needs)}: ` +
    `gate "${slowest.name}" needs at least one whole window (${sumOf(slowest.spec, hold)})`;
  const written = hold.paths.find((path) => at(tree, path)) ?? hold.paths[0];
  return [{ place: treePlaceOf(tree, reached(tree, written)), text }];
}

const isWindowed = ({ source, settings }: GateSpec, { sources }: Vocabulary) =>
  sources[source]?.kind.metric(settings).windowed ?? false;

const needOf = ({ interval, delay, warmup }: GateSpec, { first }: ConfigHold) =>
  interval + delay + (first ? warmup : 0);

function sumOf({ interval, delay, warmup }: GateSpec, { first }: ConfigHold): string {
  const parts = [`interval ${formatDuration(interval)}`];
  if (delay > 0) parts.push(`delay ${formatDuration(delay)}`);
  if (first && warmup > 0) parts.push(`warmup ${formatDuration(warmup)}`);
  return parts.join(' + ');
}
