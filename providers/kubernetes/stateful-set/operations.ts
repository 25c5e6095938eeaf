import type { Operation, OperationContext } from '../../../src/contract/index.ts';
import { MARK } from '../marks.ts';
import { splitOf } from '../observation.ts';
import { KUBE_DONE, type Move, wait } from '../operations/move.ts';
import type { KubeGround } from '../sight.ts';
import { replaceInSet, wholeSet } from './batches.ts';
import { patchSet } from './changes.ts';
import { type SetSight, setAsSight } from './sight.ts';

export interface SetDoing {
  readonly ground: KubeGround;
  readonly context: OperationContext;
}

type SetOperation<K extends Operation['kind']> = Extract<Operation, { kind: K }>;
type SetNext<K extends Operation['kind']> = (
  operation: SetOperation<K>,
  seen: SetSight,
  doing: SetDoing,
) => Move;

/** Only ways back ask for it: what served shall run in all places again. */
const start: SetNext<'start'> = ({ release }, seen, doing) => wholeSet(release, seen, doing);

/** Traffic follows the pods: nothing can be written, only seen. */
const route: SetNext<'route'> = ({ split }, seen) => {
  const found = splitOf(setAsSight(seen)) ?? {};
  const isSo = Object.entries(split).every(([id, share]) => (found[id] ?? 0) === share);
  return isSo ? KUBE_DONE : wait('requests go to each version as its pods are ready');
};

const promote: SetNext<'promote'> = ({ release }, { set }, { ground }) => {
  if (set.metadata.annotations?.[MARK.live] === release) return KUBE_DONE;
  const annotations = { [MARK.live]: release };
  return {
    is: 'act',
    words: `${release} is the live version`,
    act: (signal) => patchSet(ground, set, { annotations, signal }),
  };
};

const retire: SetNext<'retire'> = ({ release, keeps }, seen, doing) => {
  const { wanted, known, pods, set } = seen;
  if (keeps === null)
    return { is: 'refuse', words: `${set.metadata.name} was there before and stays` };
  if (wanted.id !== release && wanted.id !== keeps) {
    const left = pods.filter((one) => one.release.id === release).length;
    return left === 0 ? KUBE_DONE : wait(`${left} pods of it are left`);
  }
  const kept = known.find(({ id }) => id === keeps) ?? doing.context.before.live;
  if (kept?.id !== keeps) return { is: 'refuse', words: `${keeps} is not known here` };
  return wholeSet(kept, seen, doing);
};

const scale: SetNext<'scale'> = () => ({
  is: 'refuse',
  words: 'deployctl does not change the number of pods of a StatefulSet',
});

const SET_NEXT: { readonly [K in Operation['kind']]: SetNext<K> } = {
  start,
  scale,
  route,
  replace: replaceInSet,
  promote,
  retire,
};

export function nextSetMove(operation: Operation, seen: SetSight, doing: SetDoing): Move {
  const next = SET_NEXT[operation.kind] as (
    operation: Operation,
    seen: SetSight,
    doing: SetDoing,
  ) => Move;
  return next(operation, seen, doing);
}
