import type { Timing } from '../../contract/index.ts';
import type { Session } from '../lock/session.ts';

/** What a plan of the first edition leaves open, until the platform is asked. */
const QUICK: Timing = { propagation: 0, readLag: 0, poll: 20, takes: {} };

/** As the platform has last said, or when the plan was made. */
export function timingOf({ capabilities, state }: Session): Timing {
  return (capabilities ?? state.plan.capabilities)?.timing ?? QUICK;
}
