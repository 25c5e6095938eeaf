import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Match, Release, ReleaseId, Split } from '../../src/contract/index.ts';
import { writeDurably } from './durable-file.ts';
import type { EdgeSettings } from './settings.ts';

export interface Wanted {
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

/** What should be true; the keeper works towards it whether anybody waits or not. */
export interface Desired {
  readonly v: 1;
  /** The highest fence seen: whoever comes with a smaller one was taken over. */
  readonly fence: number;
  readonly edge: EdgeSettings | null;
  readonly live: ReleaseId | null;
  readonly split: Split | null;
  readonly match: Match | null;
  readonly replacing: Replacing | null;
  readonly releases: Readonly<Record<ReleaseId, Wanted>>;
  /** Digest of the operation that last decided the traffic, and the key of the last start per release. */
  readonly traffic: string | null;
  readonly keys: Readonly<Record<ReleaseId, string>>;
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
  traffic: null,
  keys: {},
};

const fileOf = (home: string) => join(home, 'desired.json');

/** Null when nothing was ever wanted here, or all of it was taken down. */
export function readDesired(home: string): Desired | null {
  try {
    return JSON.parse(readFileSync(fileOf(home), 'utf8')) as Desired;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

export const hasDesired = (home: string) => existsSync(fileOf(home));

export function writeDesired(home: string, desired: Desired): void {
  writeDurably(fileOf(home), `${JSON.stringify(desired, null, 1)}\n`);
}
