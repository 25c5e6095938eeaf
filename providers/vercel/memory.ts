import type { ReleaseId } from '../../src/contract/index.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { VercelDeployment } from './client/answers.ts';
import type { VercelConnection } from './connection.ts';
import type { Tree, TreeFile } from './release/tree.ts';

/** Of a deployment, what stays as it is. */
export type Sighting = Pick<VercelDeployment, 'id' | 'createdAt'>;

/** A build as it was seen last. */
export interface BuildSeen {
  readonly begun: number;
  /** Before then nobody asks again. */
  readonly next: number;
  readonly progress: string;
  /** When its last line was written, by Vercel's clock, and which lines of that moment were told. */
  readonly until: number;
  readonly told: readonly string[];
}

/** Files that Vercel did not have. */
export interface Upload {
  /** By digest, while they are not sent. */
  readonly left: Map<string, TreeFile>;
  /** So many different contents the release has. */
  readonly of: number;
}

/**
 * What this process has seen, so as not to ask again. Nothing relies on it: another machine that
 * knows none of it comes to the same, only with more calls, and later by the time for which lists lag.
 */
export class Memory {
  /** What each release was seen as last: what never changes of it needs no other look. */
  readonly sighted = new Map<ReleaseId, Sighting>();
  /** What the last look at what is live found ready in the list. */
  readonly listed = new Set<ReleaseId>();
  /** What was described from what is here, or at Vercel, for a plan that is made now. */
  readonly described = new Set<ReleaseId>();
  readonly deployments = new Map<ReleaseId, string>();
  /** How far the list was searched for a release that was not found yet. */
  readonly searched = new Map<
    ReleaseId,
    { readonly pages: number; readonly next: number | null }
  >();
  readonly trees = new Map<string, Tree>();
  readonly uploads = new Map<ReleaseId, Upload>();
  /** When the change of production was asked for that Vercel told of before ours, by the deployment it led to. */
  readonly former = new Map<string, number>();
  /** Builds that are under way, as they were seen last. */
  readonly builds = new Map<ReleaseId, BuildSeen>();
  /** Ms between two looks at best. */
  readonly poll: number;
  #clock: Clock;
  #readLag: number;
  #asked = new Map<ReleaseId, number>();
  #sent = new Set<string>();

  constructor(clock: Clock, { readLag, poll }: Pick<VercelConnection, 'readLag' | 'poll'>) {
    this.#clock = clock;
    this.#readLag = readLag;
    this.poll = poll;
  }

  get now(): number {
    return this.#clock.monotonic();
  }

  /** An operation is sent from here. */
  sending(key: string): void {
    this.#sent.add(key);
  }

  /** If not, whoever had it before may have sent it a moment ago (decision 0041). */
  hasSent(key: string): boolean {
    return this.#sent.has(key);
  }

  /** It is not found, and somebody else may have asked for it: from the first look on it may still appear. */
  missed(release: ReleaseId): void {
    if (!this.#asked.has(release)) this.asking(release);
  }

  /** A deployment is asked for; whether there is one is not known before the answer. */
  asking(release: ReleaseId): void {
    this.#asked.set(release, this.now);
  }

  /** The answer was a refusal, or is known. */
  answered(release: ReleaseId): void {
    this.#asked.delete(release);
  }

  /** Whether a call that was lost, or sent by somebody else, may have made one that no list tells of yet. */
  isUnsure(release: ReleaseId): boolean {
    const asked = this.#asked.get(release);
    return asked !== undefined && this.now - asked < this.#readLag;
  }
}
