import type { AccessLog } from './access-log.ts';
import type { Limits } from './limits.ts';
import type { Trust } from './origin.ts';
import type { Switchboard } from './switchboard.ts';
import type { Tallies } from './tally.ts';

/** What every request needs on its way; the config may change the last three at any time. */
export interface EdgeDesk {
  readonly board: Switchboard;
  readonly tallies: Tallies;
  limits: Limits;
  trust: Trust;
  log: AccessLog | null;
}
