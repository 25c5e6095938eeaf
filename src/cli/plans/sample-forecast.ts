import type { GateSpec, Observation, Release, Step } from '../../contract/index.ts';
import type { World } from '../../engine/index.ts';
import { formatDuration } from '../../lib/duration.ts';
import { presentReading } from './present-reading.ts';

/** Windows in which the traffic of now is looked for: shorter ones where a router was just started. */
const SPANS = [60_000, 10_000];

interface Planned {
  readonly steps: readonly Step[];
  readonly gates: Readonly<Record<string, GateSpec>>;
  readonly live: Release | null;
  readonly observation: Observation;
}

/**
 * Says of each stretch in which a gate cannot gather its samples at the traffic seen now how long it
 * would take. Silent where that cannot be known: nothing serves yet, or a gate makes its own traffic.
 */
export async function sampleForecast(world: World, planned: Planned): Promise<readonly string[]> {
  const { live } = planned;
  if (live === null) return [];
  const rates = new Map<string, Promise<number | null>>();
  const rateAt = (gate: string, spec: GateSpec) => {
    const known = rates.get(gate) ?? rateOf(world, spec, { ...planned, live });
    rates.set(gate, known);
    return known;
  };
  const notes: string[] = [];
  for (const step of planned.steps) {
    if (!(await isOwedSamples(world, step, planned))) continue;
    for (const { gate, spec } of countingGates(step, planned)) {
      const rate = await rateAt(gate, spec);
      const note = rate === null ? null : forecastNote(step, { gate, spec, rate });
      if (note !== null) notes.push(note);
    }
  }
  return notes;
}

/** Gates that decide, and want more than one sample for that. */
function countingGates({ watch }: Step, { gates }: Planned) {
  return watch.flatMap((gate) => {
    const spec = gates[gate];
    return spec && !spec.advisory && spec.judge.minSamples > 1 ? [{ gate, spec }] : [];
  });
}

async function isOwedSamples(world: World, { action, watch }: Step, { gates }: Planned) {
  if (action.kind !== 'hold' && action.kind !== 'bake') return false;
  const sources = [...new Set(watch.flatMap((gate) => gates[gate]?.source ?? []))];
  const opened = await Promise.all(sources.map(async (name) => world.source(name)));
  return opened.every((source) => !('begin' in source));
}

/** Samples per ms of all of the traffic; null where it is not told. */
async function rateOf(
  world: World,
  spec: GateSpec,
  { observation, live }: { observation: Observation; live: Release },
): Promise<number | null> {
  for (const span of SPANS) {
    const of = { observation, release: live, span };
    const found = await presentReading(world, spec, of).catch(() => null);
    if (found?.kind === 'noData') return 0;
    if (found?.kind === 'ok' && found.candidate && found.unit !== 'yesNo')
      return found.candidate.samples / span;
  }
  return null;
}

interface RatedGate {
  readonly gate: string;
  readonly spec: GateSpec;
  readonly rate: number;
}

function forecastNote(
  { title, action, estimate }: Step,
  { gate, spec, rate }: RatedGate,
): string | null {
  if (action.kind !== 'hold' && action.kind !== 'bake') return null;
  const { minSamples, onNoData } = spec.judge;
  const own = (rate * estimate.weight) / 100;
  const takes = own > 0 ? minSamples / own : Infinity;
  if (takes <= Math.max(action.duration, spec.interval)) return null;
  const end = onNoData === 'pass' ? 'passes without them, as configured' : 'fails then';
  const whole = action.duration + action.extension;
  const seen = `${Number((rate * 1000).toPrecision(2))} requests/s`;
  const words = Number.isFinite(takes)
    ? `at the ${seen} seen now that takes about ${formatDuration(takes)}`
    : 'no requests are seen now';
  const late = takes > whole ? `; it is given ${formatDuration(whole)}, and ${end}` : '';
  return `"${title}": gate ${gate} needs ${minSamples} samples, and ${words}${late}.`;
}
