import type { JsonObject } from './json.ts';
import type { Match, Release, ReleaseId, Split } from './release.ts';
import type { OperationKind } from './step.ts';

/** `unknown` is an answer; a guess is not. */
export type Health = 'healthy' | 'degraded' | 'unhealthy' | 'unknown';

/**
 * What things are called in metrics and logs. A closed vocabulary, so that a query can be written
 * once for all providers: `{{candidate.podTemplateHash}}`, `{{service.namespace}}`.
 */
export const LABELS = [
  'cluster',
  'namespace',
  'workload',
  'podTemplateHash',
  'service',
  'route',
  'ingress',
  'loadBalancer',
  'targetGroup',
  'functionVersion',
  'project',
  'deployment',
  'version',
  'release',
] as const;
export type LabelName = (typeof LABELS)[number];
export type Labels = Readonly<Partial<Record<LabelName, string>>>;

/** One release that is up, or still has something left of it, at this moment. */
export interface ObservedRelease {
  readonly id: ReleaseId;
  readonly version: string;
  /**
   * The whole release. What other hands started is described from what is there (its template, its
   * task definition) and marked as adopted; null only where even that cannot be read.
   */
  readonly release: Release | null;
  /**
   * Units (replicas, targets, pods) wanted, and those verified healthy. A platform without units
   * says 1 wanted, and 1 or 0 ready.
   */
  readonly desired: number;
  readonly ready: number;
  /** Of those not ready: how many are on their way up for the first time, which is no trouble. */
  readonly starting: number;
  /** Healthy capacity in percent of `full`; null where capacity means nothing or cannot be told: then health decides. */
  readonly capacity: number | null;
  readonly health: Health;
  /** Crashes of this release's units since they were started; null where nobody counts them. */
  readonly restarts: number | null;
  /** What this release alone is called in metrics. */
  readonly labels: Labels;
  /** Words for a person: "replica 2 exits with code 1 (3 times)". */
  readonly note: string | null;
}

/** What this platform takes, and how often it bears to be asked. All in ms. */
export interface Timing {
  /** After a verified route old connections may still reach the former release for so long. */
  readonly propagation: number;
  /** For so long after a change a read may still show what was before it. */
  readonly readLag: number;
  /** The shortest time between two looks that this platform bears; one reading is shared for as long. */
  readonly poll: number;
  /** What the platform itself takes at best and at worst, besides the step's own time limit: a build, a boot, a drain. */
  readonly takes: Readonly<
    Partial<Record<OperationKind, { readonly best: number; readonly worst: number }>>
  >;
}

/** What this very target can do now. A plan that asks for more is refused before any write. */
export interface Capabilities {
  /** Operation → why it cannot be had here. One that is not named is possible. */
  readonly cannot: Readonly<Partial<Record<OperationKind, string>>>;
  /** Weights that can be routed: any multiple of `step`, or only those listed. 0 and 100 always can. */
  readonly weights: { readonly step: number } | { readonly only: readonly number[] };
  readonly match: { readonly header: boolean; readonly cookie: boolean };
  /** Whether weights may go down again without leaving the deployment. */
  readonly weightsDown: boolean;
  /**
   * What becomes of a release without traffic until it is retired: `warm` stays at its capacity, and
   * costs; `free` is there at once whenever it is wanted, and costs nothing; `cold` must be started again.
   */
  readonly idle: 'warm' | 'free' | 'cold';
  /** How many releases there is room for at a time; null for no limit. */
  readonly places: number | null;
  /** Capacity follows weight by the platform's own doing: no `scale` is planned, none is asked for before weight. */
  readonly coupled: boolean;
  /** `start` already gives the first weight of its list. */
  readonly startsWithTraffic: boolean;
  readonly timing: Timing;
}

/** What is live now, as read from the platform: never from memory. */
export interface Observation {
  /** Each of them once. */
  readonly releases: readonly ObservedRelease[];
  /**
   * What users get. Where the platform keeps a mark of the promoted release, that; where the mark is
   * lost or was never set, whoever has all of the traffic. Null only when nothing serves.
   */
  readonly live: ReleaseId | null;
  /** As it was routed: where a platform rounds weights, its provider rounds them back. Null when no traffic is routed at all. */
  readonly split: Split | null;
  readonly match: Match | null;
  /** Units that carry all of the traffic now, which an autoscaler may change; null where there are none. */
  readonly full: number | null;
  /** What the service as a whole is called in metrics. */
  readonly labels: Labels;
  /**
   * Settings of the platform that a deployment changes on its way and its end restores: an
   * autoscaler's minimum, an automatic promotion. The provider's own; recorded before the first change.
   */
  readonly baseline: JsonObject;
  readonly endpoints: {
    /** Where users reach the service. */
    readonly public: string | null;
    /** Where the router's own per-release counts are read. */
    readonly counts: string | null;
    /** Where a scraper of metrics finds those of the router. */
    readonly metrics: string | null;
  };
  readonly capabilities: Capabilities;
  /** Who else owns what we would change; non-null refuses the deployment, in these words. */
  readonly owner: string | null;
  /** Anything a person should read before saying yes. */
  readonly notes: readonly string[];
}
