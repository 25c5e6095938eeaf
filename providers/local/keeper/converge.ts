import type { ReleaseId } from '../../../src/contract/index.ts';
import type { Desired, Replacing } from '../home/desired.ts';
import type { ReplicaState } from '../home/messages.ts';

export interface ConvergeUnit {
  readonly release: ReleaseId;
  readonly n: number;
  readonly state: ReplicaState;
}

export interface Moves<U extends ConvergeUnit> {
  readonly start: readonly { readonly release: ReleaseId; readonly n: number }[];
  readonly drain: readonly U[];
}

const leaves = ({ state }: ConvergeUnit) =>
  state === 'draining' || state === 'stopping' || state === 'gone';

/** The next moves towards what is wanted, within the surge and unavailability of a replacement. */
export function converge<U extends ConvergeUnit>(desired: Desired, units: readonly U[]): Moves<U> {
  const releases = new Set([
    ...Object.keys(desired.releases),
    ...units.map(({ release }) => release),
  ]);
  const budget = budgetOf(desired.replacing, units);
  const moves: { start: { release: ReleaseId; n: number }[]; drain: U[] } = {
    start: [],
    drain: [],
  };
  for (const release of releases) {
    const active = units.filter((unit) => unit.release === release && !leaves(unit));
    const wanted = desired.releases[release]?.count ?? 0;
    const limited = desired.replacing?.release === release || desired.replacing?.from === release;
    const room = limited ? budget : UNLIMITED;
    moves.drain.push(...excess(active, wanted, room));
    const missing = Math.min(wanted - active.length, room.start);
    for (const n of freeNumbers(release, units).slice(0, Math.max(0, missing)))
      moves.start.push({ release, n });
    if (missing > 0) room.start -= missing;
  }
  return moves;
}

interface ConvergeBudget {
  /** How many may be started, and how many ready ones may go. */
  start: number;
  drain: number;
}

const UNLIMITED: ConvergeBudget = { start: Infinity, drain: Infinity };

function budgetOf(replacing: Replacing | null, units: readonly ConvergeUnit[]): ConvergeBudget {
  if (!replacing) return UNLIMITED;
  const both = units.filter(
    ({ release }) => release === replacing.release || release === replacing.from,
  );
  const ready = both.filter(({ state }) => state === 'ready').length;
  const exist = both.filter(({ state }) => state !== 'gone').length;
  // With no room on either side nothing could ever move.
  const surge = replacing.surge + replacing.unavailable === 0 ? 1 : replacing.surge;
  return {
    start: Math.max(0, replacing.of + surge - exist),
    drain: Math.max(0, ready - (replacing.of - replacing.unavailable)),
  };
}

/** Those that serve nobody go first, then the newest; ready ones only as far as the budget goes. */
function excess<U extends ConvergeUnit>(
  active: readonly U[],
  wanted: number,
  budget: ConvergeBudget,
): U[] {
  const order = [...active].sort(
    (a, b) => Number(a.state === 'ready') - Number(b.state === 'ready') || b.n - a.n,
  );
  const going: U[] = [];
  for (const unit of order.slice(0, Math.max(0, active.length - wanted))) {
    if (unit.state === 'ready') {
      if (budget.drain <= 0) break;
      budget.drain -= 1;
    }
    going.push(unit);
  }
  return going;
}

/** Numbers that no replica of the release has, not even one that is leaving: logs stay apart. */
function freeNumbers(release: ReleaseId, units: readonly ConvergeUnit[]): number[] {
  const taken = new Set(units.filter((unit) => unit.release === release).map(({ n }) => n));
  return Array.from({ length: 1000 }, (_, i) => i + 1).filter((n) => !taken.has(n));
}
