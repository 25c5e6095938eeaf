import type { Direction } from './events.ts';
import type { Host } from './host.ts';
import type { Json, JsonObject } from './json.ts';
import type { Observation } from './observation.ts';
import type { Before } from './plan.ts';
import type { Identity, Release, ReleaseId } from './release.ts';
import type { Configurable } from './schema.ts';
import type { ReadSecret, SecretReference } from './secret.ts';
import type { Starter } from './starter.ts';
import type { Operation } from './step.ts';

/** What every operation is told of the deployment that it belongs to. */
export interface OperationContext {
  /** The same for every try of the same operation; put it on what is created, look for it before creating again. */
  readonly key: string;
  /** Ids of the deployment and of its target, for labels and tags on what is made. */
  readonly deployment: string;
  readonly target: string;
  readonly direction: Direction;
  /** What was live before the first change, with the provider's own baseline: `retire` restores it. */
  readonly before: Before;
  /**
   * What the deployment is to bring, whole. An operation that names it by its id means this one: what is
   * recorded of it, such as what the platform called it, needs no search.
   */
  readonly release?: Release;
  /**
   * The weights that the plan routes to `release`, in order, as its `start` names them; none where it does
   * not start it. What a platform had to be told of them beforehand is known by that.
   */
  readonly weights?: readonly number[];
  /**
   * For `verify` of what was read back as done before, while nothing of ours has changed it since:
   * what differs now is `diverged`, other hands' doing, and never on its way.
   */
  readonly wasDone?: true;
  /**
   * Of `start` and `scale`: this deployment has given the release traffic since, or may have, by what is
   * recorded. That it has some is then our own doing, and no other hands'.
   */
  readonly routed?: true;
  /** Aborted when the engine no longer waits. What was sent may still take effect. */
  readonly signal: AbortSignal;
}

export interface ApplyContext extends OperationContext {
  /** The holder's epoch. A platform that can should refuse a smaller one than it has seen. */
  readonly fence: number;
}

/** What reading back an operation found. The engine believes this, never `apply`. */
export type Verification =
  /** True now. `facts` are what the platform calls what was made; they are recorded. */
  | { readonly state: 'done'; readonly facts?: JsonObject }
  /**
   * On its way. With `again` it goes on only when it is sent once more: its next phase, or what it reached is gone.
   * `lines` are what the platform has written about it since the last look, oldest first: a build's, for people.
   */
  | {
      readonly state: 'pending';
      readonly progress: string;
      readonly again?: true;
      readonly lines?: readonly string[];
    }
  /** It cannot become true: the release crashes, the image does not exist. Leads to the step's policy. */
  | { readonly state: 'failed'; readonly reason: string; readonly logs?: readonly string[] }
  /**
   * Somebody else changed what we own. Stops the deployment; nothing is overwritten. A way back overwrites
   * it, unless it is `lost`: what has to be changed is nowhere any more, and cannot be made again from here.
   * `found` says then, for people, what that is, how the traffic is, and what they can do.
   */
  | {
      readonly state: 'diverged';
      readonly expected: Json;
      readonly found: Json;
      readonly lost?: true;
    };

/** A way to one release from where this process runs, open until it is closed. */
export interface Reach {
  readonly url: string;
  /** Sent with every request, and to this address only. */
  readonly headers: Readonly<Record<string, string | SecretReference>>;
  close(): Promise<void>;
}

/** How gates and people get at a release that is not what users get. */
export interface Access {
  /**
   * To this release alone, whatever the split (null: to the service as users reach it): directly, by
   * a header, through a tunnel. Null where there is no way.
   */
  reach(release: ReleaseId | null, signal: AbortSignal): Promise<Reach | null>;
  /** Its last lines, newest last; read before a failed candidate is removed. */
  logs(
    release: ReleaseId,
    limits: { readonly lines: number; readonly signal: AbortSignal },
  ): Promise<readonly string[]>;
}

export interface Review {
  /** What makes the plan impossible here: a missing right, a quota, a number of stages. */
  readonly refusals: readonly string[];
  /** What a person should know, and what could not be checked. */
  readonly notes: readonly string[];
  /**
   * What not even a way back can go past: the release is nowhere any more, and cannot be made here. Of
   * refusals whoever goes back is told, and tries all the same.
   */
  readonly lost?: readonly string[];
}

/**
 * A place where releases run. It never knows strategies, gates or the journal, and keeps no state
 * of its own between calls: another machine may make the next one. What has to be remembered is on
 * the platform (marks on its objects) or in `before`. Failures are ProviderErrors with a class that
 * says whether and how to try again.
 */
export interface Provider {
  /** What it points at: found out when it was opened, and the same until it is closed. */
  readonly identity: Identity;
  /**
   * The connection as it is recorded, where what it was opened with holds names that may change: with
   * what they stood for.
   */
  readonly connection?: JsonObject;
  /**
   * The signal is aborted, as that of a context is, when nobody waits for the answer any longer. `of`
   * names the releases whose health matters to whoever looks. Where each of them is a call of its own,
   * the others may be told as `unknown` with nothing ready, for as long as those that are named are well.
   */
  observe(signal?: AbortSignal, of?: readonly ReleaseId[]): Promise<Observation>;
  /**
   * Make it true, or begin to. Safe to repeat with the same key; repeating it when done changes
   * nothing. After 15 s a call is aborted: what takes longer is begun here and followed by `verify`.
   */
  apply(operation: Operation, context: ApplyContext): Promise<void>;
  /** With the context it was sent with, so that "not sent yet" and "changed by others" can be told apart. */
  verify(operation: Operation, context: OperationContext): Promise<Verification>;
  /** What stands in the way of these operations, looked for before the first write. Writes nothing. */
  review?(operations: readonly Operation[], before: Before): Promise<Review>;
  readonly access?: Access;
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

/** What a provider is opened with, besides its connection. */
export interface OpenMeans {
  readonly env: Surroundings['env'];
  /** For references in releases and credentials: read when they are needed, not before. */
  readonly readSecret: ReadSecret;
  /** As many of the kind's own `via` as are known here; for the others it asks its client's environment. */
  readonly via: JsonObject;
}

export interface ReleaseRequest {
  readonly version: string;
  readonly settings: JsonObject;
  readonly surroundings: Surroundings;
  /** Opened: the live object, the registry, the platform's versions can be asked. */
  readonly provider: Provider;
  readonly readSecret: ReadSecret;
  /** Refuse rather than describe anything else: for a promotion, and for a tag that moved since the plan. */
  readonly artifact: string | null;
}

/** A kind of provider, as it is registered: made of a config, opened again from a record. */
export interface ProviderKind extends Configurable {
  readonly name: string;
  /** The one setting that a lone value stands for: `NAME: value` is short for `NAME: { KEY: value }`. */
  readonly short?: string;
  /** Only where the service runs on this very machine; other platforms have commands of their own for that. */
  host?(): Promise<Host>;
  /** For `init`: what tells that a service runs here, and a first config for it. */
  starter?(): Promise<Starter>;
  /**
   * The few plain values that say where it is, without secrets. They are kept in the plan, so that
   * a rollback opens the provider with no config and no repository.
   */
  connection(settings: JsonObject, surroundings: Surroundings): JsonObject;
  /**
   * This machine's names for what leads there (a context, a profile): what it takes by `means.via`, from
   * `--via` or from the members of the connection that are called so. Those are never recorded.
   */
  readonly via?: readonly string[];
  open(connection: JsonObject, means: OpenMeans): Promise<Provider>;
  /** The release that these settings describe under this version label. May digest files or resolve tags. */
  release(request: ReleaseRequest): Promise<Release>;
  /** URL of the store where journals of this place live by default; null for the user's own folder. */
  store?(connection: JsonObject): string | null;
}
