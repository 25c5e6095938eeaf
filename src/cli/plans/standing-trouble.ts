import type { GateSpec, Observation, Release, Step } from '../../contract/index.ts';
import type { World } from '../../engine/index.ts';
import { presentReading } from './present-reading.ts';

interface PlannedGates {
  readonly steps: readonly Step[];
  readonly gates: Readonly<Record<string, GateSpec>>;
  readonly release: Release;
  readonly observation: Observation;
}

/**
 * What gates about the service as a whole say before anything has changed: an alert that fires
 * already is not the work of the new release, and would stop it all the same.
 */
export async function standingTrouble(
  world: World,
  { steps, gates, release, observation }: PlannedGates,
): Promise<readonly string[]> {
  const used = new Set(steps.flatMap(gatesOf));
  const standing = Object.entries(gates).filter(([name, spec]) => spec.standing && used.has(name));
  const notes = await Promise.all(
    standing.map(([gate, spec]) => troubleNote(world, { gate, spec }, { release, observation })),
  );
  return notes.filter((note) => note !== null);
}

const gatesOf = ({ action, watch }: Step): readonly string[] =>
  action.kind === 'check' ? [...watch, ...action.gates] : watch;

async function troubleNote(
  world: World,
  { gate, spec }: { readonly gate: string; readonly spec: GateSpec },
  about: Pick<PlannedGates, 'release' | 'observation'>,
): Promise<string | null> {
  const { judge, clock } = world;
  const measurement = await presentReading(world, spec, { ...about, span: spec.interval }).catch(
    () => null,
  );
  if (measurement === null) return null;
  const state = judge.begin(null, false);
  const { verdict, reason } = judge.judge(spec.judge, state, {
    measurement,
    at: clock.monotonic(),
  }).judgement;
  if (verdict === 'pass') return null;
  if (measurement.kind !== 'ok') return `Gate ${gate} has no verdict now: ${reason}.`;
  const end = spec.advisory ? 'it is only advisory' : 'while that lasts, no deployment can pass it';
  return `Gate ${gate} fails before anything has changed (${reason}): ${end}.`;
}
