import type { JsonObject } from './json.ts';

/**
 * Names one release everywhere: in operations, splits, records and on the provider's own objects.
 * `<version>-<hash of the spec>`, at most 47 characters of [a-z0-9.-], so that it fits a label, a
 * folder, a tag, and the name of an object with a suffix. `releaseId` makes it.
 */
export type ReleaseId = string;

/** One immutable version of the service, complete: a rollback starts it again from this alone. */
export interface Release {
  readonly id: ReleaseId;
  /** The label people know it by: a tag, a commit, "v42". */
  readonly version: string;
  /**
   * Digest of what was built (image digest, file tree), and of nothing else: the same in every
   * environment. How much of it runs, where, and with which variables, is the spec's.
   */
  readonly artifact: string;
  /** How it runs here: everything the provider needs to start it. Never a secret, only references to secrets. */
  readonly spec: JsonObject;
  /** Somebody else started it, and the provider described it from what it found. */
  readonly adopted?: true;
}

/**
 * A role in one deployment: `stable` is what served when it began, `candidate` is what may come to
 * serve. Roles change hands at promotion; releases do not, so operations name releases.
 */
export type Track = 'stable' | 'candidate';

/** Absolute percent of the traffic per release. Sums to 100; may be fractional. */
export type Split = Readonly<Record<ReleaseId, number>>;

/** Requests that go to one release whatever the split says: a preview for people who ask for it. */
export interface Match {
  readonly release: ReleaseId;
  readonly header?: { readonly name: string; readonly value: string };
  readonly cookie?: { readonly name: string; readonly value: string };
}

/** What a provider points at. Pinned in the plan: a resume against anything else is refused. */
export interface Identity {
  readonly provider: string;
  /** For people: `local shop`, `cluster prod-eu, namespace shop`. */
  readonly label: string;
  /**
   * What no two deployments may change at the same time: `{namespace: <uid>, workload: …}`,
   * `{account, region, listener}`. It decides which log, and so which lock, is used. Every reader
   * must come to the same answer, whatever its rights; it never changes between two versions of a provider.
   * `machine` names the machine where all of it runs, if it is one: `deployctl logs` works there.
   */
  readonly place: Readonly<Record<string, string>>;
  /** Compared besides by a resume or a rollback. May gain members later: only what was recorded is compared. */
  readonly pins: Readonly<Record<string, string>>;
}

/** As it stands in a record: the first edition had no `place`, there all pins were one. */
export type RecordedIdentity = Omit<Identity, 'place'> & Partial<Pick<Identity, 'place'>>;

/** Service, environment and identity: what locks, logs and history belong to. */
export interface Target {
  readonly id: string;
  readonly service: string;
  readonly environment: string | null;
  readonly identity: RecordedIdentity;
}
