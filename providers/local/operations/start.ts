import { unitsOf } from '../home/spec.ts';
import type { LocalOperation } from './operation.ts';
import { countsApart, verifyRunning, withRelease } from './replicas.ts';

export const start: LocalOperation<'start'> = {
  change: (desired, operation) =>
    withRelease(desired, operation.release, unitsOf(operation.release, operation)),
  difference: ({ releases }, operation) =>
    countsApart(releases, operation.release.id, unitsOf(operation.release, operation)),
  verify: (status, { release }) => verifyRunning(status, release.id),
};
