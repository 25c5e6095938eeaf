import type { GateSpec, Observation, Release, Step } from '../../contract/index.ts';
import type { World } from '../../engine/index.ts';
import { presentReading } from './present-reading.ts';

/** What a gate sees of the service now. */
export interface PresentTraffic {
  /** Samples per ms of all of the traffic. */
  readonly rate: number;
  /** Share of bad ones; null where it counts none. */
  readonly bad: number | null;
}

/** Asked once for each gate; null where nobody can tell. */
export type TrafficSeen = (gate: string, spec: GateSpec) => Promise<PresentTraffic | null>;

/** Windows in which the traffic of now is looked for: shorter ones where a router was just started. */
const SPANS = [60_000, 10_000];

export function trafficSeen(
  world: World,
  of: { readonly observation: Observation; readonly live: Release },
): TrafficSeen {
  const asked = new Map<string, Promise<PresentTraffic | null>>();
  return (gate, spec) => {
    const answer = asked.get(gate) ?? askTraffic(world, spec, of);
    asked.set(gate, answer);
    return answer;
  };
}

async function askTraffic(
  world: World,
  spec: GateSpec,
  { observation, live }: { readonly observation: Observation; readonly live: Release },
): Promise<PresentTraffic | null> {
  for (const span of SPANS) {
    const of = { observation, release: live, span };
    const found = await presentReading(world, spec, of).catch(() => null);
    if (found?.kind === 'noData') return { rate: 0, bad: null };
    if (found?.kind !== 'ok' || !found.candidate || found.unit === 'yesNo') continue;
    const { samples, bad, total } = found.candidate;
    return { rate: samples / span, bad: bad === undefined || !total ? null : bad / total };
  }
  return null;
}

/** Whether a step lasts, and what comes to the service then is what comes to it now: no gate adds to it. */
export async function isTrafficAsNow(
  world: World,
  { action, watch }: Step,
  gates: Readonly<Record<string, GateSpec>>,
): Promise<boolean> {
  if (action.kind !== 'hold' && action.kind !== 'bake') return false;
  const sources = [...new Set(watch.flatMap((gate) => gates[gate]?.source ?? []))];
  const opened = await Promise.all(sources.map(async (name) => world.source(name)));
  return opened.every((source) => !('begin' in source));
}
