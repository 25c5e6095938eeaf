import type { Match, Release, ReleaseId, Split } from './release.ts';

/** `unknown` is an answer; a guess is not. */
export type Health = 'healthy' | 'degraded' | 'unhealthy' | 'unknown';

/** One release that is up, or still has something left of it, at this moment. */
export interface ObservedRelease {
  readonly id: ReleaseId;
  readonly version: string;
  /** The whole release where the platform can tell it; null for something started by other hands. */
  readonly release: Release | null;
  /** Units (replicas, targets, pods) wanted, and those verified healthy. */
  readonly desired: number;
  readonly ready: number;
  /** Of those not ready: how many are on their way up for the first time, which is no trouble. */
  readonly starting: number;
  /** Healthy capacity in percent of what carries all of the traffic. */
  readonly capacity: number;
  readonly health: Health;
  /** Crashes of this release's units since they were started. */
  readonly restarts: number;
  /** Where this release alone answers, whatever the split; null where there is no such address. */
  readonly address: string | null;
  /** Words for a person: "replica 2 exits with code 1 (3 times)". */
  readonly note: string | null;
}

/** What this very target can do now. A plan that asks for more is refused before any write. */
export interface Capabilities {
  /** Strategy name → why it cannot work here. A strategy not named is possible. */
  readonly refuses: Readonly<Record<string, string>>;
  /** Weights that can be routed: any multiple of `step`, or only those listed. */
  readonly weights: { readonly step: number } | { readonly only: readonly number[] };
  readonly match: { readonly header: boolean; readonly cookie: boolean };
  /** Whether weights may go down again without leaving the deployment. */
  readonly weightsDown: boolean;
  /** Whether the old release stays at full capacity until it is retired. */
  readonly keepsWarm: boolean;
  /**
   * Ms after a change for which what was before it may still be seen: by connections that reach the
   * former release after a verified route, and by whoever reads.
   */
  readonly propagation: number;
}

/** What is live now, as read from the platform: never from memory. */
export interface Observation {
  readonly releases: readonly ObservedRelease[];
  /** The promoted release; null when nothing was ever promoted. */
  readonly live: ReleaseId | null;
  /** Null when no traffic is routed at all. */
  readonly split: Split | null;
  readonly match: Match | null;
  readonly endpoints: {
    /** Where users reach the service. */
    readonly public: string | null;
    /** Where the router's own per-release counts are read (gate source `edge`). */
    readonly counts: string | null;
    /** Where Prometheus scrapes. */
    readonly metrics: string | null;
  };
  readonly capabilities: Capabilities;
  /** Who else owns what we would change; non-null refuses the deployment, in these words. */
  readonly owner: string | null;
  /** Anything a person should read before saying yes. */
  readonly notes: readonly string[];
}
