import type { Compute } from './compute/compute.ts';
import type { Connection } from './connection.ts';
import type { Facts } from './facts.ts';
import type { FirstSights } from './first-sights.ts';
import type { Looks } from './looks.ts';
import type { Calls } from './reading.ts';
import type { Unused } from './unused.ts';

/** What an operation works with: where, by which clients, and until when. */
export interface Desk {
  readonly calls: Calls;
  readonly at: Connection;
  readonly compute: Compute;
  /** What has just been read. */
  readonly looks: Looks;
  /** Since when targets are seen that nobody checks. */
  readonly unused: Unused;
  /** Since when changes are known here, whose time was marked by another machine's clock. */
  readonly sights: FirstSights;
  /** What does not change there, read once. */
  facts(): Promise<Facts>;
  readonly signal: AbortSignal;
}
