import { present } from '../home/desired.ts';
import { unitsOf } from '../home/spec.ts';
import type { LocalOperation } from './operation.ts';
import { countsApart, verifyRunning, withRelease } from './replicas.ts';

export const scale: LocalOperation<'scale'> = {
  change: (desired, operation) => {
    const { release } = present(desired, operation.release);
    return withRelease(desired, release, unitsOf(release, operation));
  },
  /** Also after the retirement that follows it. */
  difference: ({ releases }, operation) => {
    const wanted = releases[operation.release];
    return (
      (wanted && countsApart(releases, operation.release, unitsOf(wanted.release, operation))) ??
      null
    );
  },
  verify: (status, { release }) => verifyRunning(status, release),
};
