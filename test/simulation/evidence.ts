import type { MemoryPlatform } from '../../providers/memory/index.ts';
import type {
  Direction,
  JournalRecord,
  Match,
  Operation,
  Split,
} from '../../src/contract/index.ts';
import type { DeploymentState } from '../../src/engine/index.ts';
import type { Shape } from './shapes.ts';

/** What the platform held at one moment. */
export interface Snapshot {
  readonly live: string | null;
  readonly split: Split;
  readonly match: Match | null;
  readonly units: Units;
}

type Units = Readonly<Record<string, { readonly wanted: number; readonly ready: number }>>;

/** One change of the platform that took effect. */
export interface Effect {
  readonly at: number;
  readonly actor: string;
  readonly epoch: number;
  readonly deployment: string;
  readonly step: string;
  readonly operation: Operation;
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** What the log said when it was sent, and what the platform held. */
  readonly sent: {
    readonly at: number;
    readonly epoch: number;
    readonly inFlight: string | null;
    readonly direction: Direction;
    readonly units: Units;
    /** Ms since the sender's last acknowledged heartbeat. */
    readonly silent: number;
    /** The sender slept between its last look at the log and this very call. */
    readonly fromSleep: boolean;
    /** The process that sent it had ended already. */
    readonly over: boolean;
    /** When the sender last asked what the platform holds. */
    readonly observed: number;
  };
}

/** A record that was damaged in the store, and since when. */
export interface Rot {
  readonly seq: number;
  readonly chapter: number;
  readonly at: number;
}

/** All that was seen of one run so far. */
export interface Evidence {
  readonly platform: MemoryPlatform;
  readonly shape: Shape;
  readonly records: readonly JournalRecord[];
  readonly effects: readonly Effect[];
  /** Chapters as replayed, by deployment; the last one is the newest. */
  readonly states: ReadonlyMap<string, DeploymentState>;
  /** The platform as it was when each deployment was opened. */
  readonly openings: ReadonlyMap<string, Snapshot>;
  /** The smallest epoch under which each step was intended, by deployment and step. */
  readonly intents: ReadonlyMap<string, number>;
  /** When units last crashed, or an old copy was read: capacity was not as believed. */
  readonly disturbed: number;
  /** When each deployment turned round, by its id. */
  readonly turns: ReadonlyMap<string, number>;
  /** When an autoscaler last changed how many units there are. */
  readonly rescaled: number;
  /** Somebody else changed the platform in this run. */
  readonly meddled: boolean;
  /** When a call of a former holder last took effect too late to be noticed. */
  readonly haunted: number;
  readonly rot: Rot | null;
  /** When all faults had ended; null while they go on. */
  readonly calmSince: number | null;
  /** When each process began, by its name. */
  readonly takers: ReadonlyMap<string, number>;
  /** When a sign of life last reached the store, which may be after the death of its sender. */
  readonly heardAt: number;
  /** When the holder before this record died, ended or let go; null when it may still live. */
  freedAt(): number | null;
}

export function snapshot({ releases, live, split, match }: MemoryPlatform): Snapshot {
  return { live, split: split ?? {}, match, units: unitsOf(releases) };
}

export function unitsOf(releases: MemoryPlatform['releases']): Units {
  const units: Record<string, { wanted: number; ready: number }> = {};
  for (const [id, { units: wanted, ready }] of releases) units[id] = { wanted, ready };
  return units;
}

export function isSameSnapshot(a: Snapshot, b: Snapshot): boolean {
  return (
    a.live === b.live &&
    isSameSplit(a.split, b.split) &&
    a.match?.release === b.match?.release &&
    [...Object.keys(a.units), ...Object.keys(b.units)].every(
      (id) =>
        a.units[id]?.wanted === b.units[id]?.wanted && a.units[id]?.ready === b.units[id]?.ready,
    )
  );
}

export function isSameSplit(a: Split, b: Split): boolean {
  return [...Object.keys(a), ...Object.keys(b)].every(
    (id) => Math.abs((a[id] ?? 0) - (b[id] ?? 0)) < 0.05,
  );
}

/**
 * A call of a former holder took effect where no old epoch is refused, or when its successor had
 * nothing more to change and thus never showed its own. For as long as a call may be under way that
 * is not excluded, and whatever it did is nobody's promise.
 */
export const isHaunted = ({ haunted }: Evidence): boolean => haunted > -Infinity;
