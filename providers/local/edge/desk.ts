import type { Limits } from './limits.ts';
import type { Switchboard } from './switchboard.ts';
import type { Tallies } from './tally.ts';

/** What every request needs on its way. */
export interface Desk {
  readonly board: Switchboard;
  readonly tallies: Tallies;
  readonly limits: Limits;
}
