import type { Json, Release, ReleaseId, Verification } from '../../../src/contract/index.ts';
import { type Desired, wantsNothing } from '../home/desired.ts';
import type { ReplicaStatus, Status } from '../home/messages.ts';
import { specOf } from '../home/spec.ts';
import { addressAfter } from './address.ts';
import { type Difference, LOCAL_DONE, localPending } from './operation.ts';

export function withRelease(desired: Desired, release: Release, count: number): Desired {
  return {
    ...desired,
    edge: addressAfter(desired, specOf(release).edge),
    releases: { ...desired.releases, [release.id]: { release, count } },
  };
}

/** Null when so many replicas are wanted. */
export function countsApart(
  releases: Desired['releases'],
  id: ReleaseId,
  count: number,
): Difference | null {
  return releases[id]?.count === count ? null : counts(releases, id, count);
}

export function counts(releases: Desired['releases'], id: ReleaseId, expected: Json): Difference {
  return {
    expected: { release: id, replicas: expected },
    found: { release: id, replicas: releases[id]?.count ?? 0 },
  };
}

export function verifyRunning(status: Status, id: ReleaseId): Verification {
  const failure = status.failures[id];
  if (failure) return { state: 'failed', ...failure };
  const count = status.desired.releases[id]?.count ?? 0;
  const own = replicasOf(status, id);
  const ready = replicasReadyIn(own);
  if (ready === count && own.length === count && isServed(status)) return LOCAL_DONE;
  return localPending(`${ready} of ${count} ready${replicasTroubleOf(own)}`);
}

export const replicasOf = ({ replicas }: Status, id: ReleaseId) =>
  replicas.filter(({ release }) => release === id);

export const replicasReadyIn = (replicas: readonly ReplicaStatus[]) =>
  replicas.filter(({ state }) => state === 'ready').length;

export function replicasTroubleOf(replicas: readonly ReplicaStatus[]): string {
  const note = replicas.find((replica) => replica.note)?.note;
  return note ? `: ${note}` : '';
}

/** The edge knows of it, unless there is none and nobody needs one. */
export const isServed = ({ applied, edge, desired }: Status) =>
  applied !== null || (!edge && wantsNothing(desired));
