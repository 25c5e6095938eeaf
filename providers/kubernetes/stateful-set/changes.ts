import { type Annotations, annotating } from '../marks.ts';
import type { Pod } from '../objects.ts';
import type { Move } from '../operations/move.ts';
import type { KubeGround } from '../sight.ts';
import type { SetDoing } from './operations.ts';
import type { StatefulSet } from './stateful-set.ts';

interface SetChange {
  readonly annotations: Annotations;
  readonly spec?: readonly object[];
  readonly signal?: AbortSignal | undefined;
}

/** Refused by the server when what it shall run is another by now. */
export function patchSet(
  { cluster, connection: { namespace } }: KubeGround,
  { metadata }: StatefulSet,
  { annotations, spec = [], signal }: SetChange,
): Promise<StatefulSet> {
  const { name, uid, generation } = metadata;
  const body = [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/metadata/generation', value: generation },
    ...annotating(metadata, annotations),
    ...spec,
  ];
  return cluster.patch({ kind: 'statefulsets', namespace, name }, { as: 'json', body }, { signal });
}

/** Only this very pod: one of the same name that came later stays. */
export function removePod({ metadata }: Pod, words: string, { ground }: SetDoing): Move {
  const { cluster, connection } = ground;
  const place = { kind: 'pods', namespace: connection.namespace, name: metadata.name } as const;
  return {
    is: 'act',
    words,
    act: (signal) => cluster.remove(place, { uid: metadata.uid, signal }),
  };
}
