import type { Connection } from './connection.ts';
import type { Calls } from './reading.ts';

/** What an operation works with: where, by which client, and until when. */
export interface Desk {
  readonly calls: Calls;
  readonly at: Connection;
  readonly signal: AbortSignal;
}
