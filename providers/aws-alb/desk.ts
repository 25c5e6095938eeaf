import type { Compute } from './compute/compute.ts';
import type { Connection } from './connection.ts';
import type { Looks } from './looks.ts';
import type { Calls } from './reading.ts';

/** What an operation works with: where, by which clients, and until when. */
export interface Desk {
  readonly calls: Calls;
  readonly at: Connection;
  readonly compute: Compute;
  /** What has just been read. */
  readonly looks: Looks;
  readonly signal: AbortSignal;
}
