import type { Json, JsonObject } from './json.ts';
import type { Observation } from './observation.ts';
import type { Identity, Release } from './release.ts';
import type { ReadSecret } from './secret.ts';
import type { Operation } from './step.ts';

export interface ApplyContext {
  /** The same for every try of the same operation; put it on what is created, look for it before creating again. */
  readonly key: string;
  /** The holder's epoch. A platform that can should refuse a smaller one than it has seen. */
  readonly fence: number;
  /** Aborted when the engine no longer waits. What was sent may still take effect. */
  readonly signal: AbortSignal;
}

/** What reading back an operation found. The engine believes this, never `apply`. */
export type Verification =
  | { readonly state: 'done' }
  /** On its way. With `again` it goes on only when it is sent once more: its next phase, or what it reached is gone. */
  | { readonly state: 'pending'; readonly progress: string; readonly again?: true }
  /** It cannot become true: the release crashes, the image does not exist. Leads to the step's policy. */
  | { readonly state: 'failed'; readonly reason: string; readonly logs?: readonly string[] }
  /** Somebody else changed what we own. Stops the deployment; nothing is overwritten. */
  | { readonly state: 'diverged'; readonly expected: Json; readonly found: Json };

/**
 * A place where releases run. It never knows strategies, gates or the journal, and keeps no state
 * of its own between calls: another machine may make the next one. Failures are ProviderErrors
 * with a class that says whether and how to try again.
 */
export interface Provider {
  identify(): Promise<Identity>;
  observe(): Promise<Observation>;
  /** Make it true, or begin to. Safe to repeat with the same key; repeating it when done changes nothing. */
  apply(operation: Operation, context: ApplyContext): Promise<void>;
  /** With the key it was sent with, so that "not sent yet" and "changed by others" can be told apart. */
  verify(operation: Operation, context: { readonly key: string }): Promise<Verification>;
  close(): Promise<void>;
}

/** What a provider may know of the run that opens it. */
export interface Surroundings {
  readonly service: string;
  readonly environment: string | null;
  /** Folder that relative paths of the config are meant from. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A kind of provider, as it is registered: made of a config, opened again from a record. */
export interface ProviderKind {
  readonly name: string;
  /**
   * The few plain values that say where it is, without secrets. They are kept in the plan, so that
   * a rollback opens the provider with no config and no repository.
   */
  connection(settings: JsonObject, surroundings: Surroundings): JsonObject;
  /** `readSecret` is for references in releases: read when something is started, not before. */
  open(
    connection: JsonObject,
    env: Surroundings['env'],
    readSecret?: ReadSecret,
  ): Promise<Provider>;
  /** The release that these settings describe under this version label. May digest files or resolve tags. */
  release(version: string, settings: JsonObject, surroundings: Surroundings): Promise<Release>;
}
