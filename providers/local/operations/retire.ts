import type { ReleaseId } from '../../../src/contract/index.ts';
import type { Desired } from '../home/desired.ts';
import { stillRoutedError } from '../home/errors.ts';
import { LOCAL_DONE, type LocalOperation, localPending } from './operation.ts';
import { counts, isServed, replicasOf } from './replicas.ts';

export const retire: LocalOperation<'retire'> = {
  change: (desired, { release, keeps }) => {
    const { [release]: _gone, ...releases } = desired.releases;
    const match = desired.match?.release === release ? null : desired.match;
    const rest = { ...desired, releases, match };
    if (keeps === null) {
      const live = desired.live === release ? null : desired.live;
      return { ...rest, split: null, match: null, replacing: null, live };
    }
    if (localWeightOf(desired, release) > 0) {
      throw stillRoutedError(release);
    }
    const live = desired.live === release ? keeps : desired.live;
    if (desired.replacing) return { ...rest, live, split: { [keeps]: 100 }, replacing: null };
    const { [release]: _weight, ...split } = desired.split ?? {};
    return { ...rest, live, split: desired.split && split };
  },
  difference: ({ releases }, { release }) =>
    releases[release] ? counts(releases, release, 0) : null,
  verify: (status, { release }) => {
    const left = replicasOf(status, release);
    if (left.length > 0) {
      const draining = left.find(({ state }) => state === 'draining');
      const note = (draining ?? left[0])?.note;
      const words = `${left.length} still ${draining ? 'draining' : 'stopping'}`;
      return localPending(note ? `${words}: ${note}` : words);
    }
    return isServed(status) ? LOCAL_DONE : localPending('waiting for the edge');
  },
};

/** The share that is wanted for it, whether routed or following the replicas. */
function localWeightOf(desired: Desired, id: ReleaseId): number {
  const { replacing } = desired;
  if (!replacing) return desired.split?.[id] ?? 0;
  if (id === replacing.release) return (100 * replacing.replaced) / replacing.of;
  return id === replacing.from ? 100 - (100 * replacing.replaced) / replacing.of : 0;
}
