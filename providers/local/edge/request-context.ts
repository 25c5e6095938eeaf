import type { AccessLog } from './access-log.ts';
import type { Trust } from './client-address.ts';
import type { Limits } from './limits.ts';
import type { Tallies } from './request-counts.ts';
import type { Switchboard } from './switchboard.ts';

/** What every request needs on its way; the config may change the last three at any time. */
export interface RequestContext {
  readonly board: Switchboard;
  readonly tallies: Tallies;
  limits: Limits;
  trust: Trust;
  log: AccessLog | null;
}
