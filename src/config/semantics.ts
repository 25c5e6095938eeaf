import type { GateSpec } from '../contract/index.ts';
import { formatDuration } from '../lib/duration.ts';
import { quoted } from '../lib/quoted.ts';
import { nearest } from '../lib/suggest.ts';
import type { Problem } from './problem.ts';
import type { Hold } from './resolve/uses.ts';
import { usesOf } from './resolve/uses.ts';
import type { Strategies } from './resolved.ts';
import type { Path, Tree } from './tree.ts';
import { at, placeOf, reached } from './tree.ts';

/** Sources that answer at once; all others are asked about a window of time. */
const PROBES = new Set(['http', 'tcp', 'command', 'smoke', 'health']);

interface Config {
  readonly strategies: Strategies;
  readonly gates: Readonly<Record<string, GateSpec>>;
}

/** What is well formed and still makes no sense. Looks only at strategies that are meant. */
export function contradictions(config: Config, meant: readonly string[], tree: Tree): Problem[] {
  const { references, holds } = usesOf(config.strategies, meant);
  const names = Object.keys(config.gates);
  const unknown = references
    .filter(({ gate }) => !names.includes(gate))
    .map(({ gate, path }) => ({ place: placeOf(tree, path), text: unknownGate(gate, names) }));
  return [...unknown, ...holds.flatMap((hold) => tooShort(hold, config.gates, tree))];
}

/** Gates that no strategy with a section of its own asks for. */
export function unusedGates(config: Config, meant: readonly string[]): string[] {
  const used = new Set(usesOf(config.strategies, meant).references.map(({ gate }) => gate));
  return Object.keys(config.gates)
    .filter((name) => !used.has(name))
    .map(
      (name) => `Gate "${name}" is not used: name it in preflight, check or watch, or take it out.`,
    );
}

function unknownGate(gate: string, names: readonly string[]): string {
  const near = nearest(gate, names);
  const known = names.length === 0 ? 'none is defined in gates' : `one of ${names.join(', ')}`;
  return `found the gate ${quoted(gate)}, expected ${known}${near ? ` (did you mean ${near}?)` : ''}`;
}

/** A gate that cannot see one whole window within a hold could never pass it. */
function tooShort(hold: Hold, gates: Config['gates'], tree: Tree): Problem[] {
  const slowest = hold.gates
    .filter((name) => Object.hasOwn(gates, name) && !PROBES.has((gates[name] as GateSpec).source))
    .map((name) => ({
      name,
      spec: gates[name] as GateSpec,
      needs: needOf(gates[name] as GateSpec, hold),
    }))
    .sort((a, b) => b.needs - a.needs)[0];
  if (!slowest || hold.duration >= slowest.needs) return [];
  const text =
    `found ${formatDuration(hold.duration)}, expected at least ${formatDuration(slowest.needs)}: ` +
    `gate "${slowest.name}" sees nothing in less than one window (${sumOf(slowest.spec, hold)})`;
  return [{ place: placeOf(tree, writtenPath(hold.path, tree)), text }];
}

/** A stage that says nothing itself is held as long as the canary says. */
function writtenPath(path: Path, tree: Tree): Path {
  const whole = ['canary', 'duration'];
  const isSilent = path[1] === 'stages' && at(tree, path) === undefined;
  return isSilent && at(tree, whole) ? whole : reached(tree, path);
}

const needOf = ({ interval, delay, warmup }: GateSpec, { first }: Hold) =>
  interval + delay + (first ? warmup : 0);

function sumOf({ interval, delay, warmup }: GateSpec, { first }: Hold): string {
  const parts = [`interval ${formatDuration(interval)}`];
  if (delay > 0) parts.push(`delay ${formatDuration(delay)}`);
  if (first && warmup > 0) parts.push(`warmup ${formatDuration(warmup)}`);
  return parts.join(' + ');
}
