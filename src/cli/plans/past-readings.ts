import type { GateSpec, Plan, Reading, Unit } from '../../contract/index.ts';
import {
  type DeploymentState,
  findDeployment,
  type Log,
  listDeployments,
  type PastReading,
} from '../../engine/index.ts';

/** What one gate read of one release while that was new. */
export interface PastGate {
  readonly source: string;
  readonly unit: Unit;
  readonly readings: readonly PastReading[];
}

/** What was asked of the release that served is nothing to judge the new one by. */
export function isOfCandidate({ steps }: Pick<Plan, 'steps'>, step: string): boolean {
  const action = steps.find(({ id }) => id === step)?.action;
  return action !== undefined && !(action.kind === 'check' && action.release === null);
}

/** By the name of the gate; only sound answers. */
export function readingsIn({
  plan,
  rounds,
}: Pick<DeploymentState, 'plan' | 'rounds'>): ReadonlyMap<string, PastGate> {
  const found = new Map<string, { source: string; unit: Unit; readings: PastReading[] }>();
  for (const { gate, step, at, measurement } of rounds) {
    const { kind, candidate, unit } = measurement;
    const source = plan.gates[gate]?.source;
    if (kind !== 'ok' || !candidate || !source || !isOfCandidate(plan, step)) continue;
    const known = found.get(gate) ?? { source, unit, readings: [] };
    known.readings.push(pastReading(at, candidate));
    found.set(gate, known);
  }
  return found;
}

const pastReading = (at: number, { value, bad, total }: Reading): PastReading =>
  bad === undefined || total === undefined ? { at, value } : { at, value, bad, total };

/** Of the newest deployments that succeeded, newest first. */
export async function pastOfTarget(
  log: Log,
  most: number,
): Promise<readonly ReadonlyMap<string, PastGate>[]> {
  const found: ReadonlyMap<string, PastGate>[] = [];
  for await (const { first, last } of listDeployments(log)) {
    if (found.length === most) break;
    if (last.body.kind !== 'ended' || last.body.result !== 'succeeded') continue;
    const readings = readingsIn(await findDeployment(log.store, first.deployment));
    // A deployment that watched nothing is no example.
    if (readings.size > 0) found.push(readings);
  }
  return found;
}

/** What a gate read of each of them, in the unit that most of them have; of the same source only. */
export function pastOfGate(
  past: readonly ReadonlyMap<string, PastGate>[],
  gate: string,
  { source }: Pick<GateSpec, 'source'>,
): { readonly unit: Unit; readonly releases: readonly (readonly PastReading[])[] } | null {
  const own = past.flatMap((one) => one.get(gate) ?? []).filter((one) => one.source === source);
  const unit = own[0]?.unit;
  if (unit === undefined) return null;
  return { unit, releases: own.filter((one) => one.unit === unit).map(({ readings }) => readings) };
}
