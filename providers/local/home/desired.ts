import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Match, Operation, Release, ReleaseId, Split } from '../../../src/contract/index.ts';
import { hashOf } from '../../../src/lib/canonical.ts';
import { writeDurably } from './durable-file.ts';
import { releaseNotHereError } from './errors.ts';
import type { Address } from './messages.ts';

export interface DesiredWanted {
  readonly release: Release;
  readonly count: number;
}

/** A rolling replacement: while set, the split follows the ready replicas. */
export interface Replacing {
  readonly release: ReleaseId;
  readonly from: ReleaseId;
  readonly replaced: number;
  readonly of: number;
  readonly surge: number;
  readonly unavailable: number;
}

/** An operation that was asked for, by its digest, and the key that it came with. */
interface Sent {
  readonly key: string;
  readonly operation: string;
}

/** What should be true; the keeper works towards it whether anybody waits or not. */
export interface Desired {
  readonly v: 1;
  /** The highest fence seen: whoever comes with a smaller one was taken over. */
  readonly fence: number;
  readonly edge: Address | null;
  readonly live: ReleaseId | null;
  readonly split: Split | null;
  readonly match: Match | null;
  readonly replacing: Replacing | null;
  readonly releases: Readonly<Record<ReleaseId, DesiredWanted>>;
  /** What was asked for lately, oldest first: tells "not sent yet" from "changed since". */
  readonly sent: readonly Sent[];
}

export const NOTHING: Desired = {
  v: 1,
  fence: 0,
  edge: null,
  live: null,
  split: null,
  match: null,
  replacing: null,
  releases: {},
  sent: [],
};

/** A deployment or two: who asks about what came before was overtaken long ago. */
const REMEMBERED = 64;

export function wasSent({ sent }: Desired, operation: Operation, key: string): boolean {
  const digest = hashOf(operation);
  return sent.some((entry) => entry.key === key && entry.operation === digest);
}

export function remember(desired: Desired, operation: Operation, key: string): Desired {
  if (wasSent(desired, operation, key)) return desired;
  const sent = [...desired.sent, { key, operation: hashOf(operation) }].slice(-REMEMBERED);
  return { ...desired, sent };
}

/** Nothing wanted means that no edge has to serve either. */
export const wantsNothing = ({ releases }: Desired) => Object.keys(releases).length === 0;

const fileOf = (home: string) => join(home, 'desired.json');

/** Null when nothing was ever wanted here, or all of it was taken down. */
export function readDesired(home: string): Desired | null {
  try {
    return { ...NOTHING, ...(JSON.parse(readFileSync(fileOf(home), 'utf8')) as Desired) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

export function releasesWanted(home: string): Release[] {
  return Object.values((readDesired(home) ?? NOTHING).releases).map(({ release }) => release);
}

export const hasDesired = (home: string) => existsSync(fileOf(home));

export function writeDesired(home: string, desired: Desired): void {
  writeDurably(fileOf(home), `${JSON.stringify(desired, null, 1)}\n`);
}

/** What is wanted of a release that must be here. */
export function present(desired: Desired, id: ReleaseId): DesiredWanted {
  const wanted = desired.releases[id];
  if (!wanted) throw releaseNotHereError(id);
  return wanted;
}
