import type { Replace } from '../../../src/contract/index.ts';
import type { Desired } from '../home/desired.ts';
import { sameSplit } from '../home/split.ts';
import { LOCAL_DONE, type LocalOperation, localPending } from './operation.ts';
import { replicasOf, replicasReadyIn, replicasTroubleOf, withRelease } from './replicas.ts';

export const replace: LocalOperation<'replace'> = {
  change: (desired, { release, from, replaced, of, surge, unavailable }) => ({
    ...withRelease(withRelease(desired, release, replaced), from, of - replaced),
    split: null,
    match: null,
    replacing: { release: release.id, from: from.id, replaced, of, surge, unavailable },
  }),
  difference: (desired, operation) => {
    if (isWanted(desired, operation)) return null;
    const { replacing, split } = desired;
    return { expected: localSharesOf(operation), found: replacing ? { ...replacing } : split };
  },
  verify: (status, operation) => {
    const { release, from, replaced, of } = operation;
    const failure = status.failures[release.id];
    if (failure && replaced > 0) return { state: 'failed', ...failure };
    const young = replicasOf(status, release.id);
    const old = replicasOf(status, from.id);
    const here = [replicasReadyIn(young), young.length, replicasReadyIn(old), old.length];
    const still = String(here) === String([replaced, replaced, of - replaced, of - replaced]);
    const { applied } = status;
    if (still && applied && sameSplit(applied.split, localSharesOf(operation))) return LOCAL_DONE;
    const words = `${replicasReadyIn(young)} new and ${replicasReadyIn(old)} old of ${of} ready`;
    return localPending(words + replicasTroubleOf([...young, ...old]));
  },
};

/** Also after the retirement that follows it, when traffic is a plain split again. */
function isWanted({ releases, replacing, split }: Desired, operation: Replace): boolean {
  const { release, from, replaced, of } = operation;
  const count = (id: string) => releases[id]?.count ?? 0;
  if (count(release.id) !== replaced || count(from.id) !== of - replaced) return false;
  return replacing
    ? replacing.release === release.id && replacing.from === from.id
    : sameSplit(split, localSharesOf(operation));
}

function localSharesOf({ release, from, replaced, of }: Replace): Record<string, number> {
  const share = (100 * replaced) / of;
  return { [release.id]: share, [from.id]: 100 - share };
}
