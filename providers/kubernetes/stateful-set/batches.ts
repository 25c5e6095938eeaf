import type { Release, Replace } from '../../../src/contract/index.ts';
import { pin, unpin } from '../baseline.ts';
import { KUBE_DONE, type Move, wait } from '../operations/move.ts';
import { isReady } from '../sight.ts';
import { troubleIn } from '../trouble.ts';
import { removePod } from './changes.ts';
import type { SetDoing } from './operations.ts';
import { type SetSight, setAsSight } from './sight.ts';
import { hasSeenSet, isAvailable, partitionOf, podsOfSet, rollsByItself } from './stateful-set.ts';
import { formerOf, othersInSet, restoredUpdates, type SetGoal, written } from './updates.ts';

/**
 * Batches of a StatefulSet: its controller replaces pods from the highest number down to the partition
 * and no further, whoever watches. A batch is a lower partition; the way back is the former template,
 * with the partition moved in the same way.
 */
export function replaceInSet(operation: Replace, seen: SetSight, doing: SetDoing): Move {
  const { release, from, replaced, of } = operation;
  const { set, wanted } = seen;
  const isBack = doing.context.direction === 'back';
  const apart = doing.context.wasDone ? othersInSet(release, seen) : null;
  if (apart) return apart;
  if (!isBack && ![release.id, from.id].includes(wanted.id)) return changedTemplate(seen, release);
  if (replaced === 0) return wholeSet(from, seen, doing);
  if (podsOfSet(set) === 0) return wait(`somebody else scaled ${set.metadata.name} to 0 pods`);
  const count = Math.ceil((podsOfSet(set) * replaced) / of);
  if (count === podsOfSet(set)) return wholeSet(release, seen, doing);
  const exact = podsOfSet(set) - count;
  const isBegun = wanted.id === release.id && formerOf(seen) !== null;
  // Others may have made more pods, which run the new release: that is no reason to take some back.
  const partition = isBegun && !isBack ? Math.min(exact, partitionOf(set)) : exact;
  return towards({ release, partition, isExact: isBack }, seen, doing) ?? KUBE_DONE;
}

/** All of them, and pods are replaced again as the user wrote it. */
export function wholeSet(release: Release, seen: SetSight, doing: SetDoing): Move {
  return (
    towards({ release, partition: 0, isExact: false }, seen, doing) ??
    restoredUpdates(seen, doing) ??
    unpin(doing.ground, setAsSight(seen)) ??
    KUBE_DONE
  );
}

/** Others that take pods away begin with the highest places, which are those of this batch. */
const pinned = ({ partition }: SetGoal, seen: SetSight, { ground }: SetDoing): Move | null =>
  partition === 0 ? null : pin(ground, setAsSight(seen), podsOfSet(seen.set));

/** Null once it is so. */
function towards(goal: SetGoal, seen: SetSight, doing: SetDoing): Move | null {
  const { set, wanted } = seen;
  const { name } = set.metadata;
  const words = `${name}: ${wordsOn(goal, seen)}`;
  const isThere = partitionOf(set) === goal.partition && rollsByItself(set);
  if (wanted.id !== goal.release.id || !isThere)
    return pinned(goal, seen, doing) ?? written(goal, seen, doing);
  if (!hasSeenSet(set)) return wait('the controller has not seen the change yet');
  const failure = failureIn(goal, seen);
  if (failure) return failure;
  const stuck = stuckIn(goal, seen);
  if (stuck) return removePod(stuck.pod, `${name}: ${stuck.words}`, doing);
  return readyIn(goal, seen) === podsOfSet(set) - goal.partition && isTidy(goal, seen)
    ? null
    : wait(words);
}

function wordsOn(goal: SetGoal, seen: SetSight): string {
  const count = podsOfSet(seen.set) - goal.partition;
  const broken = seen.pods.find(({ pod, place }) => place < goal.partition && !isReady(pod));
  const held = broken
    ? `; ${broken.pod.metadata.name} is not ready, and until it is the controller may replace nothing`
    : '';
  return `${readyIn(goal, seen)} of ${count} pods of ${goal.release.version} are ready${held}`;
}

const isIn = (goal: SetGoal, { place, release }: SetSight['pods'][number]) =>
  place >= goal.partition && release.id === goal.release.id;

const readyIn = (goal: SetGoal, { set, pods, now }: SetSight): number =>
  pods.filter((one) => isIn(goal, one) && isAvailable(one.pod, set, now)).length;

/** Nothing of another release is left where this one belongs. */
const isTidy = (goal: SetGoal, { pods }: SetSight): boolean =>
  pods.every((one) => (one.place < goal.partition ? !isBelow(goal, one) : isIn(goal, one)));

/** Of this release where it shall not be any more. */
const isBelow = (goal: SetGoal, { place, release }: SetSight['pods'][number]) =>
  goal.isExact && place < goal.partition && release.id === goal.release.id;

function failureIn(goal: SetGoal, seen: SetSight): Move | null {
  const { home } = setAsSight(seen);
  const pods = seen.pods.filter((one) => isIn(goal, one)).map(({ pod }) => pod);
  const trouble = home && troubleIn(home.deployment, pods, seen.now);
  if (!trouble?.isFatal) return null;
  const pod = trouble.pod ? { name: trouble.pod, hasCrashed: trouble.hasCrashed } : null;
  return { is: 'failed', words: trouble.words, pod };
}

/**
 * The controller waits for a pod that never becomes ready, also when the template that broke it has
 * been put back. On the way back a pod may also stand below the partition. Both go one at a time,
 * when all above are ready; one that serves goes only when all others do.
 */
function stuckIn(goal: SetGoal, seen: SetSight) {
  const { set, pods } = seen;
  const next = pods.find((one) =>
    one.place >= goal.partition ? !isIn(goal, one) : isBelow(goal, one),
  );
  if (!next || next.pod.metadata.deletionTimestamp !== undefined) return null;
  const above = podsOfSet(set) - 1 - next.place;
  if (servingIn(seen, ({ place }) => place > next.place) < above) return null;
  const { name } = next.pod.metadata;
  if (!isReady(next.pod))
    return {
      pod: next.pod,
      words: `${name} is not ready and would hold up the others, so it is replaced`,
    };
  const others = servingIn(seen, ({ place }) => place !== next.place);
  if (next.place >= goal.partition || others < podsOfSet(set) - 1) return null;
  return { pod: next.pod, words: `${name} is replaced by a pod of the previous version` };
}

const servingIn = (
  { set, pods, now }: SetSight,
  isMeant: (one: SetSight['pods'][number]) => boolean,
): number => pods.filter((one) => isMeant(one) && isAvailable(one.pod, set, now)).length;

const changedTemplate = ({ set, wanted }: SetSight, { version }: Release): Move => ({
  is: 'diverged',
  expected: { [set.metadata.name]: version },
  found: { [set.metadata.name]: wanted.version },
});
