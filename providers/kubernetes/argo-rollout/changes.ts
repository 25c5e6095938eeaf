import type { Release } from '../../../src/contract/index.ts';
import { type Annotations, annotating, MARK } from '../marks.ts';
import type { Move } from '../operations/move.ts';
import type { KubeGround } from '../sight.ts';
import { templateOf } from '../template.ts';
import type { Rollout } from './rollout.ts';
import type { RolloutSight } from './sight.ts';

/** What is written to a Rollout: words that its controller knows, each only onto what was read. */

interface RolloutAsked {
  readonly ground: KubeGround;
  readonly key: string;
}

/** It shall run this release from now on; what it would fall back to is noted beside it. */
export function giveRolloutTemplate(
  { rollout, stable }: RolloutSight,
  release: Release,
  { ground, key }: RolloutAsked,
): Move {
  const isReturn = release.id === stable.id;
  const annotations = {
    [MARK.record]: JSON.stringify(release),
    [MARK.stable]: isReturn ? null : JSON.stringify(stable),
    [MARK.operation]: key,
  };
  const spec = [{ op: 'replace', path: '/spec/template', value: templateOf(release.spec) }];
  return {
    is: 'act',
    words: `the Rollout ${rollout.metadata.name} gets ${release.version}`,
    act: (signal) => patchRollout(ground, rollout, { annotations, spec, signal }),
  };
}

/** What `kubectl argo rollouts promote`, `promote --full`, `abort` and `retry` write. */
const ROLLOUT_WORDS = {
  'goes on to its next step': { pauseConditions: null },
  'goes all the way at once': { promoteFull: true },
  'is aborted: its controller returns the traffic': { abort: true },
  'is tried again': { abort: false },
} as const;

export function tellRollout(
  { rollout }: RolloutSight,
  words: keyof typeof ROLLOUT_WORDS,
  { ground }: RolloutAsked,
): Move {
  const { namespace, workload: name } = ground.connection;
  const { resourceVersion } = rollout.metadata;
  // Whoever was quicker must not be answered with a step too many.
  const body = { metadata: { resourceVersion }, status: ROLLOUT_WORDS[words] };
  return {
    is: 'act',
    words: `the Rollout ${name} ${words}`,
    act: (signal) =>
      ground.cluster.patch(
        { kind: 'rollouts', namespace, name, part: 'status' },
        { as: 'merge', body },
        { signal },
      ),
  };
}

interface RolloutChange {
  readonly annotations: Annotations;
  readonly spec?: readonly object[];
  readonly signal?: AbortSignal | undefined;
}

export function patchRollout(
  { cluster, connection: { namespace } }: KubeGround,
  { metadata }: Rollout,
  { annotations, spec = [], signal }: RolloutChange,
): Promise<Rollout> {
  const { name, generation } = metadata;
  const body = [
    { op: 'test', path: '/metadata/generation', value: generation },
    ...annotating(metadata, annotations),
    ...spec,
  ];
  return cluster.patch({ kind: 'rollouts', namespace, name }, { as: 'json', body }, { signal });
}
