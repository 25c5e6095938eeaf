import type { JsonObject } from './json.ts';

/**
 * Names one release everywhere: in operations, splits, records and on the provider's own objects.
 * `<version>-<hash of the spec>`, only [a-z0-9.-], so that it fits a label, a folder and a tag.
 */
export type ReleaseId = string;

/** One immutable version of the service, complete: a rollback starts it again from this alone. */
export interface Release {
  readonly id: ReleaseId;
  /** The label people know it by: a tag, a commit, "v42". */
  readonly version: string;
  /** Digest of what runs (image digest, file tree, command line): two equal digests run the same thing. */
  readonly artifact: string;
  /** Everything the provider needs to start it. Never a secret, only references to secrets. */
  readonly spec: JsonObject;
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
  /** What must be equal for it to be the same place: cluster UID and namespace, account and listener. */
  readonly pins: Readonly<Record<string, string>>;
}

/** Service, environment and identity: what locks, logs and history belong to. */
export interface Target {
  readonly id: string;
  readonly service: string;
  readonly environment: string | null;
  readonly identity: Identity;
}
