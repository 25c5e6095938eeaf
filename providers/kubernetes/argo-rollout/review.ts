import type { Review } from '../../../src/contract/index.ts';
import { refusedOf } from '../rights.ts';
import { rivalOf } from '../rivals.ts';
import type { Right } from '../routers/index.ts';
import type { KubeGround } from '../sight.ts';
import type { RolloutSight } from './sight.ts';
import { stopsOf } from './stops.ts';

const ROLLOUT_RIGHTS: readonly Right[] = [
  { kind: 'rollouts', verbs: ['get', 'patch'] },
  { kind: 'rollouts', part: 'status', verbs: ['patch'] },
  { kind: 'replicasets', verbs: ['list'] },
  { kind: 'pods', verbs: ['list'] },
  { kind: 'services', verbs: ['get'] },
];

const ROLLOUT_USEFUL: readonly Right[] = [
  { kind: 'pods', part: 'log', verbs: ['get'] },
  { kind: 'pods', part: 'portforward', verbs: ['get', 'create'] },
];

export async function reviewedRollout(seen: RolloutSight, ground: KubeGround): Promise<Review> {
  const { cluster, connection } = ground;
  const { namespace } = connection;
  const [needed, useful] = await Promise.all(
    [ROLLOUT_RIGHTS, ROLLOUT_USEFUL].map((rights) => refusedOf(rights, cluster, namespace)),
  );
  return {
    refusals: [
      ...(needed ?? []).map((right) => `you may not ${right} in the namespace ${namespace}`),
      ...shapes(seen),
    ],
    notes: (useful ?? []).map((right) => `you may not ${right}, so less can be seen or reached`),
  };
}

function shapes({ rollout, service }: RolloutSight): readonly string[] {
  const { metadata, spec } = rollout;
  const { blueGreen } = spec.strategy;
  return [
    ...(spec.paused ? [`the Rollout ${metadata.name} is paused: it would follow no step`] : []),
    ...(service ? [] : ['there is no Service of that name: set service']),
    ...(blueGreen && blueGreen.autoPromotionEnabled !== false
      ? [
          `the Rollout ${metadata.name} promotes by itself: set strategy.blueGreen.autoPromotionEnabled to false, so that it waits for the gates`,
        ]
      : []),
    ...(blueGreen || stopsOf(rollout).length > 0
      ? []
      : [
          `the Rollout ${metadata.name} has no step with a pause, so no gate could stop it: add { pause: {} } behind each weight`,
        ]),
  ];
}

/** Another controller, or an owner, that would undo what is written. */
export async function rolloutOwner(
  { rollout }: RolloutSight,
  ground: KubeGround,
  signal?: AbortSignal,
): Promise<string | null> {
  const { metadata } = rollout;
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner)
    return `${metadata.name} is made by ${owner.kind} ${owner.name}, which would undo every change`;
  return rivalOf(ground, signal, ['rollouts']);
}
