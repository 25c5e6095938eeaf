import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Release, Replace } from '../../../src/contract/index.ts';
import { targetsIn } from '../compute/spec.ts';
import { albSharesOf, isShare, type Weighed, weightsIn } from '../forward.ts';
import { isHealthy, standing } from '../health.ts';
import { occupantNamed } from '../occupant.ts';
import { type AlbReading, type GroupReading, nameOf, type TargetReading } from '../reading.ts';

/** One side of a batch: how many targets of which release there shall be. */
interface AlbWanted {
  readonly release: Release;
  readonly count: number;
}

/** A batch, or its way back: one side grows while the other shrinks. */
export interface AlbMove {
  readonly isForward: boolean;
  readonly grows: AlbWanted;
  readonly shrinks: AlbWanted;
  /** Targets that may be registered at a time, and that must be healthy all the time. */
  readonly most: number;
  readonly least: number;
}

interface Side {
  readonly group: GroupReading | null;
  readonly targets: readonly TargetReading[];
}

export interface Sides {
  readonly grows: Side;
  readonly shrinks: Side;
  readonly main: Rule;
}

/** Shares of whole releases: they need not have the same number of targets. */
export function moveOf(
  { release, from, replaced, of, surge, unavailable }: Replace,
  reading: AlbReading,
): AlbMove {
  const share = (all: number) => Math.min(all, Math.ceil((all * replaced) / of));
  const isKept = reading.blue.kept !== null;
  const whole = (each: Release) => (isKept ? of : targetsIn(each).length);
  const [fresh, old] = [whole(release), whole(from)];
  const ahead = { release, count: share(fresh) };
  const behind = { release: from, count: replaced === of ? 0 : old - share(old) };
  const bounds = { most: Math.max(fresh, old) + surge, least: Math.min(fresh, old) - unavailable };
  const there = ({ id }: Release) => sideOf(id, reading).targets.length;
  const isForward = replaced > 0 && there(release) <= ahead.count && there(from) >= behind.count;
  return isForward
    ? { isForward, grows: ahead, shrinks: behind, ...bounds }
    : { isForward, grows: behind, shrinks: ahead, ...bounds };
}

export function sidesOf({ grows, shrinks }: AlbMove, reading: AlbReading): Sides {
  return {
    grows: sideOf(grows.release.id, reading),
    shrinks: sideOf(shrinks.release.id, reading),
    main: reading.main,
  };
}

function sideOf(release: string, reading: AlbReading): Side {
  const group = occupantNamed(reading, release)?.group ?? null;
  return { group, targets: standing(group?.targets ?? []) };
}

/** What can be done at once. `empty`: the last ones of a side, which must have no weight for long enough. */
export type Next =
  | {
      readonly kind: 'grow' | 'shrink';
      /** How many the side has then, and which of the targets that we register come or go. */
      readonly units: number;
      readonly targets: readonly string[];
    }
  | { readonly kind: 'weigh'; readonly weights: AlbCounts }
  | { readonly kind: 'empty' | 'wait' };

interface AlbCounts {
  readonly grows: number;
  readonly shrinks: number;
}

export function nextOf(move: AlbMove, sides: Sides): Next {
  const { grows, shrinks } = sides;
  const lacking = move.grows.count - grows.targets.length;
  const surplus = shrinks.targets.length - move.shrinks.count;
  const room = move.most - grows.targets.length - shrinks.targets.length;
  const ready = grows.targets.filter(isHealthy).length;
  const spare = ready + shrinks.targets.filter(isHealthy).length - move.least;
  const isEnd = move.shrinks.count === 0 && ready >= move.grows.count;
  const weights = { grows: ready, shrinks: isEnd ? 0 : shrinks.targets.length };
  if (lacking > 0 && room > 0) {
    const count = Math.min(lacking, room);
    return {
      kind: 'grow',
      units: grows.targets.length + count,
      targets: fresh(move, grows, count),
    };
  }
  if (ready > 0 && surplus > 0 && !isWeighed(sides, weights)) return { kind: 'weigh', weights };
  if (surplus > 0 && spare > 0) return shrink(move, sides, Math.min(surplus, spare));
  if (ready >= move.grows.count && !isWeighed(sides, albFinal(move)))
    return { kind: 'weigh', weights: albFinal(move) };
  return { kind: 'wait' };
}

function fresh({ grows }: AlbMove, { targets }: Side, count: number): readonly string[] {
  const there = new Set(targets.map(nameOf));
  return targetsIn(grows.release)
    .filter((target) => !there.has(target))
    .slice(0, count);
}

/** Unhealthy ones first: they carry nothing. */
function shrink(move: AlbMove, { shrinks }: Sides, count: number): Next {
  if (move.shrinks.count === 0 && count === shrinks.targets.length) return { kind: 'empty' };
  const keeps = move.shrinks.count === 0 ? 1 : move.shrinks.count;
  const leave = shrinks.targets.toSorted((a, b) => Number(isHealthy(a)) - Number(isHealthy(b)));
  const most = Math.min(count, shrinks.targets.length - keeps);
  if (most <= 0) return { kind: 'wait' };
  const units = shrinks.targets.length - most;
  return { kind: 'shrink', units, targets: leave.slice(0, most).map(nameOf) };
}

const albFinal = ({ grows, shrinks }: AlbMove): AlbCounts => ({
  grows: grows.count,
  shrinks: shrinks.count,
});

/** The groups carry the traffic in the ratio of these numbers. */
function isWeighed({ grows, shrinks, main }: Sides, counts: AlbCounts): boolean {
  const shares = albSharesOf(weightsIn(main));
  const sum = counts.grows + counts.shrinks;
  if (sum === 0) return true;
  const has = (side: Side, count: number) =>
    isShare(shares.get(side.group?.arn ?? '') ?? 0, (count / sum) * 100);
  return has(grows, counts.grows) && has(shrinks, counts.shrinks);
}

/** The numbers of targets as weights; other groups of the rule keep none. */
export function weighed(
  main: Rule,
  { grows, shrinks }: Sides,
  counts: AlbCounts,
): readonly Weighed[] {
  const scale = Math.max(1, (counts.grows + counts.shrinks) / 999);
  const wanted = new Map([
    [grows.group?.arn, Math.round(counts.grows / scale)],
    [shrinks.group?.arn, Math.round(counts.shrinks / scale)],
  ]);
  return weightsIn(main).map(({ group }) => ({ group, weight: wanted.get(group) ?? 0 }));
}

export function isBalanced(move: AlbMove, sides: Sides): boolean {
  const { grows, shrinks } = sides;
  return (
    grows.targets.length === move.grows.count &&
    grows.targets.every(isHealthy) &&
    shrinks.targets.length === move.shrinks.count &&
    isWeighed(sides, albFinal(move))
  );
}
