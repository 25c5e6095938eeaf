import type { GateSpec, Observation, Release, Step } from '../../contract/index.ts';
import type { World } from '../../engine/index.ts';
import { formatDuration } from '../../lib/duration.ts';
import { isTrafficAsNow, type TrafficSeen, trafficSeen } from './present-traffic.ts';

export interface PlannedTraffic {
  readonly steps: readonly Step[];
  readonly gates: Readonly<Record<string, GateSpec>>;
  readonly live: Release | null;
  readonly observation: Observation;
  readonly seen?: TrafficSeen;
}

/**
 * Says of each stretch in which a gate cannot gather its samples at the traffic seen now how long it
 * would take. Silent where that cannot be known: nothing serves yet, or a gate makes its own traffic.
 */
export async function sampleForecast(
  world: World,
  planned: PlannedTraffic,
): Promise<readonly string[]> {
  const { live, gates } = planned;
  if (live === null) return [];
  const seen = planned.seen ?? trafficSeen(world, { ...planned, live });
  const notes: string[] = [];
  for (const step of planned.steps) {
    if (!(await isTrafficAsNow(world, step, gates))) continue;
    for (const { gate, spec } of countingGates(step, planned)) {
      const now = await seen(gate, spec);
      const note = now === null ? null : forecastNote(step, { gate, spec, rate: now.rate });
      if (note !== null) notes.push(note);
    }
  }
  return notes;
}

/** Of a first deployment: where it needs users who may not be there yet, and what comes of it. */
export async function firstForecast(
  world: World,
  planned: Pick<PlannedTraffic, 'steps' | 'gates'>,
): Promise<readonly string[]> {
  const notes: string[] = [];
  for (const step of planned.steps) {
    const { title, action } = step;
    if (action.kind !== 'hold' && action.kind !== 'bake') continue;
    if (!(await isTrafficAsNow(world, step, planned.gates))) continue;
    const names = countingGates(step, planned)
      .filter(({ spec }) => spec.judge.onNoData !== 'pass')
      .map(({ gate }) => gate);
    const whole = formatDuration(action.duration + action.extension);
    if (names.length > 0)
      notes.push(
        `"${title}": ${names.join(', ')} can only pass with requests of users, and none come to a first deployment by themselves: without any it is rolled back after ${whole}. Send some, or add a gate that does.`,
      );
  }
  return notes;
}

/** Gates that decide, and want more than one sample for that. */
function countingGates({ watch }: Step, { gates }: Pick<PlannedTraffic, 'gates'>) {
  return watch.flatMap((gate) => {
    const spec = gates[gate];
    return spec && !spec.advisory && spec.judge.minSamples > 1 ? [{ gate, spec }] : [];
  });
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
