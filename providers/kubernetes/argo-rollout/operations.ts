import type { Operation, OperationContext, Release } from '../../../src/contract/index.ts';
import { MARK } from '../marks.ts';
import { KUBE_DONE, type Move, wait } from '../operations/move.ts';
import type { KubeGround } from '../sight.ts';
import { giveRolloutTemplate, patchRollout, tellRollout } from './changes.ts';
import { followRollout, lagOf, type RolloutFollowing, readyOf } from './course.ts';
import { isSeen, isWholeRollout, rolloutStatusOf } from './rollout.ts';
import { type RolloutSight, rolloutSplit } from './sight.ts';
import { startsWithTraffic } from './stops.ts';

export interface RolloutDoing {
  readonly ground: KubeGround;
  readonly context: OperationContext;
}

type RolloutOperation<K extends Operation['kind']> = Extract<Operation, { kind: K }>;
type RolloutNext<K extends Operation['kind']> = (
  operation: RolloutOperation<K>,
  seen: RolloutSight,
  doing: RolloutDoing,
) => Move;

const followingOf = ({ ground, context }: RolloutDoing) => ({ ground, key: context.key });

/** Its steps decide what follows; the first of them may give it traffic at once. */
const start: RolloutNext<'start'> = ({ release, weights, units = 1 }, seen, doing) => {
  const { rollout, wanted, stable } = seen;
  const asked = followingOf(doing);
  if (stable.id === release.id) return backTo(seen, release, { ...doing, units });
  if (wanted.id !== release.id) return giveRolloutTemplate(seen, release, asked);
  const { abort } = rolloutStatusOf(rollout);
  // Aborted before this operation: whoever starts it again wants another try.
  if (abort && rollout.metadata.annotations?.[MARK.operation] !== asked.key)
    return rolloutAgain(seen, asked);
  const [first = 100] = weights;
  if (!startsWithTraffic(rollout)) return followRollout(seen, 0, asked);
  return first === 100 ? allTheWay(seen, asked) : followRollout(seen, first, asked);
};

/** From nothing to everything there is no stop on the way. */
function allTheWay(seen: RolloutSight, asked: RolloutFollowing): Move {
  const { rollout, wanted } = seen;
  const { abort, promoteFull } = rolloutStatusOf(rollout);
  const isToTell =
    rollout.spec.strategy.canary !== undefined &&
    isSeen(rollout) &&
    !isWholeRollout(rollout) &&
    !abort &&
    !promoteFull &&
    !rolloutSplit(seen)[wanted.id];
  return isToTell
    ? tellRollout(seen, 'goes all the way at once', asked)
    : followRollout(seen, 100, asked);
}

function rolloutAgain(seen: RolloutSight, asked: RolloutFollowing): Move {
  const retry = tellRollout(seen, 'is tried again', asked);
  if (retry.is !== 'act') return retry;
  const annotations = { [MARK.operation]: asked.key };
  return {
    ...retry,
    act: async (signal) => {
      await retry.act(signal);
      await patchRollout(asked.ground, seen.rollout, { annotations, signal });
    },
  };
}

/** An abort leads the traffic back first; the pods of what failed go later. */
function backTo(
  seen: RolloutSight,
  release: Release,
  { units, ...doing }: RolloutDoing & { readonly units: number },
): Move {
  const { rollout } = seen;
  const back = offTheNew(seen, doing);
  if (back.is !== 'done') return back;
  const ready = readyOf(seen, release);
  const needed = Math.min(units, rollout.spec.replicas ?? 1);
  return ready >= needed
    ? KUBE_DONE
    : wait(`${ready} of ${needed} pods of ${release.version} are ready`);
}

/** What it falls back to has all of the traffic. */
function offTheNew(seen: RolloutSight, doing: RolloutDoing): Move {
  const { rollout, stable } = seen;
  if (!isSeen(rollout)) return wait('the controller of Argo Rollouts has not seen the change yet');
  if (!isWholeRollout(rollout) && !rolloutStatusOf(rollout).abort)
    return tellRollout(seen, 'is aborted: its controller returns the traffic', followingOf(doing));
  const share = rolloutSplit(seen)[stable.id] ?? 0;
  return share === 100 ? lagOf(seen, doing.ground) : wait(`${Math.round(share)} % are back`);
}

const route: RolloutNext<'route'> = ({ split }, seen, doing) => {
  const { wanted, stable } = seen;
  const target = split[wanted.id] ?? 0;
  const { wasDone, direction } = doing.context;
  if (target > 0 && wanted.id !== stable.id) {
    const asked = followingOf(doing);
    const next = target === 100 ? allTheWay(seen, asked) : followRollout(seen, target, asked);
    return wasDone && next.is === 'act' ? changedByOthersInRollout(split, seen) : next;
  }
  if ((split[stable.id] ?? 0) === 100) {
    if (wasDone && direction === 'forward' && !isWholeRollout(seen.rollout))
      return changedByOthersInRollout(split, seen);
    return offTheNew(seen, doing);
  }
  return changedByOthersInRollout(split, seen);
};

const changedByOthersInRollout = (
  split: RolloutOperation<'route'>['split'],
  seen: RolloutSight,
): Move => ({
  is: 'diverged',
  expected: { split: { ...split } },
  found: { split: rolloutSplit(seen), runs: seen.wanted.version },
});

const promote: RolloutNext<'promote'> = ({ release }, seen, doing) => {
  const { rollout, stable, wanted } = seen;
  const asked = followingOf(doing);
  if (stable.id !== release) {
    if (wanted.id !== release)
      return { is: 'refuse', words: `${release} is not what the Rollout runs` };
    return followRollout(seen, 100, asked);
  }
  if (rollout.metadata.annotations?.[MARK.live] === release)
    return isWholeRollout(rollout) || doing.context.direction === 'back'
      ? KUBE_DONE
      : followRollout(seen, 100, asked);
  return {
    is: 'act',
    words: `${release} is the live version`,
    act: (signal) =>
      patchRollout(doing.ground, rollout, { annotations: { [MARK.live]: release }, signal }),
  };
};

const retire: RolloutNext<'retire'> = ({ release, keeps }, seen, doing) => {
  const { rollout, wanted, stable, runs } = seen;
  if (stable.id === release)
    return {
      is: 'refuse',
      words: `${stable.version} is what the Rollout ${rollout.metadata.name} falls back to`,
    };
  if (keeps === null) return { is: 'refuse', words: 'a Rollout always runs something' };
  if (wanted.id === release) {
    const back = offTheNew(seen, doing);
    return back.is === 'done' ? giveRolloutTemplate(seen, stable, followingOf(doing)) : back;
  }
  const left = runs.filter((run) => run.release.id === release).flatMap(({ pods }) => pods).length;
  return left === 0 ? KUBE_DONE : wait(`its controller still keeps ${left} pods of it`);
};

const cannot: RolloutNext<'scale'> & RolloutNext<'replace'> = () => ({
  is: 'refuse',
  words: 'the controller of a Rollout decides how many pods there are',
});

const ROLLOUT_NEXT: { readonly [K in Operation['kind']]: RolloutNext<K> } = {
  start,
  scale: cannot,
  route,
  replace: cannot,
  promote,
  retire,
};

export function nextRolloutMove(
  operation: Operation,
  seen: RolloutSight,
  doing: RolloutDoing,
): Move {
  const next = ROLLOUT_NEXT[operation.kind] as (
    operation: Operation,
    seen: RolloutSight,
    doing: RolloutDoing,
  ) => Move;
  return next(operation, seen, doing);
}
