import type { Pod } from '../objects.ts';
import type { Move } from '../operations/move.ts';
import type { KubeGround } from '../sight.ts';
import { changeOf, type WorkloadChange } from '../workload-change.ts';
import type { SetDoing } from './operations.ts';
import type { StatefulSet } from './stateful-set.ts';

export function patchSet(
  { cluster, connection: { namespace } }: KubeGround,
  { metadata }: StatefulSet,
  change: WorkloadChange,
): Promise<StatefulSet> {
  const { name } = metadata;
  const body = changeOf(metadata, change);
  const { signal } = change;
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
