import type { JsonObject, OperationKind, Release, Review } from '../../../src/contract/index.ts';
import type { AlbSettings } from '../settings.ts';
import type { AlbSpec } from './spec.ts';

/** So many units of a release, for the targets of one group. */
export interface Crew {
  readonly release: Release;
  /** ARN of the target group. */
  readonly group: string;
  readonly units: number;
  /** They may become fewer for it. Without it whoever has raised their number, an autoscaler, is let have it. */
  readonly exact?: true;
}

/** What became of it so far. */
export interface CrewState {
  /** Where it runs by now, for us to register; null where the platform registers its units itself. */
  readonly targets: readonly string[] | null;
  /** It cannot come up: why, and what it printed last. */
  readonly failed: { readonly reason: string; readonly logs: readonly string[] } | null;
  /** What it is doing, for people; null where its targets say all. */
  readonly words: string | null;
}

/** What the platform keeps behind a group, whoever told it to. */
export interface Kept {
  /** How many units it shall have. */
  readonly wanted: number;
  /** What runs there, described as a release would be; null where that cannot be told. */
  readonly spec: JsonObject | null;
  readonly version: string;
  /** Its units do not stay: `poll` finds out why. */
  readonly isFailing: boolean;
  /** How far its units are, for people. */
  readonly words: string;
  /** Whoever else moves its traffic or its units, in words that follow a colon. */
  readonly owner: string | null;
}

/**
 * What brings the units of a release up and takes them away. It knows nothing of weights, rules and
 * tags, remembers nothing that another machine must know, and never waits: what takes time is begun by
 * one call and seen by the next.
 */
export interface Compute {
  /** Operations that cannot be had with it, and why. */
  readonly cannot: Readonly<Partial<Record<OperationKind, string>>>;
  /** What it costs to keep units without traffic. */
  readonly idle: 'warm' | 'free';
  /** Its targets are ready without health checks: the platform itself starts one for each request. */
  readonly unchecked?: true;
  /** Begins to have so many units. Called again while it comes up; then it changes nothing. */
  start(crew: Crew, signal: AbortSignal): Promise<void>;
  /** `kept` is what `list` has just found behind the group. */
  poll(crew: Crew & { readonly kept: Kept | null }, signal: AbortSignal): Promise<CrewState>;
  /** By the ARN of the group. Groups that the platform knows nothing of are left out. */
  list(groups: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Kept>>;
  /** Why a target that serves already must not be deployed beside, in words that follow a colon; null where it may. */
  foreign?(target: string): string | null;
  /** What stands in the way of bringing anything up, looked for before the first write. */
  review?(signal: AbortSignal): Promise<Review>;
  /** Begins to have none. What is registered by us has drained before. */
  stop(crew: Omit<Crew, 'units'>, signal: AbortSignal): Promise<void>;
  /** What these settings make of a release; `live` asks for the group that serves now. */
  describe(settings: AlbSettings, live: () => Promise<string | null>): Promise<AlbSpec>;
  /** The last lines of the units behind a group, newest last; where they go to a place that is known. */
  logs?(
    group: string,
    limits: { readonly lines: number; readonly signal: AbortSignal },
  ): Promise<readonly string[]>;
}
