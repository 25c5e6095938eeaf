import type { MemoryPlatform } from '../../providers/memory/index.ts';
import type { Direction, JournalRecord, Operation, Split } from '../../src/contract/index.ts';
import type { DeploymentState } from '../../src/engine/index.ts';

/** What the platform held at one moment. */
export interface Snapshot {
  readonly live: string | null;
  readonly split: Split;
  readonly units: Readonly<Record<string, { readonly wanted: number; readonly ready: number }>>;
}

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
  /** What the log said when it was sent. */
  readonly sent: {
    readonly at: number;
    readonly epoch: number;
    readonly inFlight: string | null;
    readonly direction: Direction;
    /** Ms since the sender's last acknowledged heartbeat. */
    readonly silent: number;
    /** The sender slept between its last look at the log and this very call. */
    readonly fromSleep: boolean;
    /** The process that sent it had ended already. */
    readonly over: boolean;
    /** When the sender last asked what the platform holds. */
    readonly observed: number;
  };
  readonly late: boolean;
}

/** All that was seen of one run so far. */
export interface Evidence {
  readonly platform: MemoryPlatform;
  readonly records: readonly JournalRecord[];
  readonly effects: readonly Effect[];
  /** Chapters as replayed, by deployment; the last one is the newest. */
  readonly states: ReadonlyMap<string, DeploymentState>;
  /** The platform as it was when each deployment was opened. */
  readonly openings: ReadonlyMap<string, Snapshot>;
  /** When units last crashed, or an old copy was read: capacity was not as believed. */
  readonly disturbed: number;
  /** Somebody else changed the platform in this run. */
  readonly meddled: boolean;
}

export function snapshot(platform: MemoryPlatform): Snapshot {
  const units = Object.fromEntries(
    [...platform.releases].map(([id, { units: wanted, ready }]) => [id, { wanted, ready }]),
  );
  return { live: platform.live, split: platform.split ?? {}, units };
}
