import { present } from '../home/desired.ts';
import { LOCAL_DONE, type LocalOperation } from './operation.ts';

export const promote: LocalOperation<'promote'> = {
  change: (desired, { release }) => {
    present(desired, release);
    return { ...desired, live: release };
  },
  difference: ({ live }, { release }) =>
    live === release ? null : { expected: { live: release }, found: { live } },
  verify: () => LOCAL_DONE,
};
