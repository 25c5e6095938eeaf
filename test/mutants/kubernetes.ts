import { type Mutant, tests } from './mutant.ts';

const marks = {
  file: 'providers/kubernetes/marks.ts',
  caughtBy: tests('providers/kubernetes/marks'),
} as const;
const batches = {
  file: 'providers/kubernetes/stateful-set/batches.ts',
  caughtBy: tests('providers/kubernetes/stateful-set/batches'),
} as const;
const updates = { ...batches, file: 'providers/kubernetes/stateful-set/updates.ts' } as const;
const review = {
  file: 'providers/kubernetes/stateful-set/review.ts',
  caughtBy: tests('providers/kubernetes/stateful-set/review'),
} as const;
const wire = { caughtBy: tests('clients/kubernetes/wire-faults') } as const;
const watch = { caughtBy: tests('clients/kubernetes/followed') } as const;

/** What is written to a cluster, and what it tells. */
export const KUBERNETES: readonly Mutant[] = [
  {
    ...marks,
    name: 'first-fence-overwritten',
    sentence: 'Two holders that both saw no mark write theirs, and the older one may be the last.',
    find: 'if (value !== null) return [unchanged, ',
    replace: 'if (value !== null) return [...(before === null ? [] : [unchanged]), ',
  },
  {
    ...marks,
    name: 'first-annotations-wiped',
    sentence:
      'The first mark on an object without annotations takes away what others wrote meanwhile.',
    find: "  { op: 'test', path: ANNOTATIONS, value: null },\n",
    replace: '',
  },
  {
    ...watch,
    file: 'src/clients/kubernetes/followed.ts',
    name: 'old-token-refused-for-ever',
    sentence:
      'A token that was over for a moment ends all watching for as long as the command runs.',
    find: 'error.code === 403',
    replace: 'error.code <= 403',
  },
  {
    ...watch,
    file: 'src/clients/kubernetes/connection.ts',
    name: 'watch-keeps-old-token',
    sentence:
      'A watch whose token is over is not asked for again with the one that has come since.',
    find: '      answer.body.destroy();\n      this.#renew(used);',
    replace: '      answer.body.destroy();',
  },
  {
    ...wire,
    file: 'src/clients/kubernetes/wire/shared.ts',
    name: 'busy-server-is-left',
    sentence:
      'A server that takes few calls at a time is left for another connection, again and again.',
    find: 'if (isEnding(session)) this.#leave(session);',
    replace: 'this.#leave(session);',
  },
  {
    ...wire,
    file: 'src/clients/kubernetes/connection.ts',
    name: 'failed-login-is-kept',
    sentence: 'A login that failed once is taken for failed as long as the command runs.',
    find: 'if (this.#credentials === credentials) this.#credentials = null;',
    replace: '',
  },
  {
    ...batches,
    name: 'second-pod-taken-down',
    sentence: 'On the way back a pod that serves is removed while another is down already.',
    find: 'others < podsOfSet(set) - 1) return null;',
    replace: 'others < 0) return null;',
  },
  {
    ...batches,
    name: 'broken-pod-left',
    sentence:
      'A pod that never becomes ready holds its controller up also after its template was put back.',
    find: 'if (stuck) return',
    replace: 'if (stuck && isReady(stuck.pod)) return',
  },
  {
    ...batches,
    name: 'place-given-back',
    sentence: 'A batch forward raises the partition again where others have lowered it.',
    find: 'isBegun && !isBack ? Math.min(',
    replace: '!isBegun && !isBack ? Math.min(',
  },
  {
    ...batches,
    name: 'newest-pods-scaled-away',
    sentence: 'An autoscaler takes the pods of a batch away while gates judge it.',
    find: 'partition === 0 ? null : pin(',
    replace: 'partition >= 0 ? null : pin(',
  },
  {
    ...batches,
    name: 'autoscaler-kept-high',
    sentence:
      'After a deployment the autoscaler keeps the number of pods that there were during it.',
    find: '    unpin(doing.ground, setAsSight(seen)) ??\n',
    replace: '',
  },
  {
    ...batches,
    name: 'unready-pod-counts',
    sentence: 'A batch of a StatefulSet is done while its pods are not ready.',
    find: 'isIn(goal, one) && isAvailable(one.pod, set, now)',
    replace: 'isIn(goal, one) && now >= 0 && set !== one.pod',
  },
  {
    ...updates,
    name: 'partition-of-others-missed',
    sentence: 'Who takes the partition away lets all pods be replaced, and the hold goes on.',
    find: 'partitionOf(set) !== noted ||',
    replace: 'noted < 0 ||',
  },
  {
    ...updates,
    name: 'scaled-away-batch-missed',
    sentence: 'A batch none of whose pods is left is held, and passes, as if it were there.',
    find: 'if (podsOfSet(set) === 0 || places > 0) return null;',
    replace: 'return null;',
  },
  {
    ...updates,
    name: 'own-updates-forgotten',
    sentence: 'The second batch takes its own partition for what the user wrote.',
    find: 'formerOf(seen) ?? { updateStrategy: updatesOf(seen) };',
    replace: '{ updateStrategy: updatesOf(seen) };',
  },
  {
    ...review,
    name: 'unfinished-rollout-deployed-over',
    sentence: 'Batches begin on a set that is still being rolled out by other hands.',
    find: '      isUnfinished(set) &&',
    replace: '      !set &&',
  },
  {
    ...review,
    name: 'unheld-autoscaler-let-through',
    sentence: 'Who may not hold the autoscaler of a set deploys, and loses the newest pods.',
    find: '...(seen.autoscaler ? SET_PINNED : [])',
    replace: '...(seen.autoscaler ? [] : [])',
  },
  {
    file: 'src/engine/run/drift-watch.ts',
    name: 'held-batch-not-looked-at',
    sentence: 'What other hands make of a batch is overwritten by the next one.',
    find: 'await findDriftInHold(this.#session, signal)',
    replace: 'null',
    caughtBy: tests('engine/run/drift'),
  },
  {
    file: 'src/engine/run/drift.ts',
    name: 'held-batch-in-trouble-fails',
    sentence: 'One pod that falls in a hold ends it before its gates have judged.',
    find: "seen.state === 'failed' && isRoute(step)",
    replace: "seen.state === 'failed'",
    caughtBy: tests('engine/run/drift'),
  },
  {
    file: 'providers/kubernetes/operations/replace.ts',
    name: 'rolling-by-itself-missed',
    sentence:
      'Who puts the own minReadySeconds back lets all pods be replaced, and the hold goes on.',
    find: 'replaced === of || minReadySeconds === NEVER.minReadySeconds',
    replace: 'replaced > 0',
    caughtBy: tests('providers/kubernetes/replace'),
  },
];
