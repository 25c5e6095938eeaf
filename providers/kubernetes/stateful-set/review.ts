import type { Capabilities, Observation, Operation, Review } from '../../../src/contract/index.ts';
import { MARK } from '../marks.ts';
import { observed } from '../observation.ts';
import { refusedOf } from '../rights.ts';
import type { Right } from '../routers/index.ts';
import type { KubeGround } from '../sight.ts';
import { type SetSight, setAsSight } from './sight.ts';
import { isUnfinished, partitionOf, podsOfSet, rollsByItself } from './stateful-set.ts';

const SET_RIGHTS: readonly Right[] = [
  { kind: 'statefulsets', verbs: ['get', 'patch'] },
  { kind: 'controllerrevisions', verbs: ['list'] },
  { kind: 'pods', verbs: ['list', 'delete'] },
  { kind: 'services', verbs: ['get'] },
];

const SET_USEFUL: readonly Right[] = [
  { kind: 'pods', part: 'log', verbs: ['get'] },
  { kind: 'pods', part: 'portforward', verbs: ['get', 'create'] },
  { kind: 'horizontalpodautoscalers', verbs: ['list'] },
];

/** Only where there is one. */
const SET_PINNED: readonly Right[] = [{ kind: 'horizontalpodautoscalers', verbs: ['patch'] }];

const BESIDE =
  'Each pod of a StatefulSet has a name and volumes of its own, so no second version fits beside it. Its pods are replaced where they are: strategy: rolling.';

const CANNOT = {
  start: BESIDE,
  route: BESIDE,
  scale: 'deployctl does not change the number of pods of a StatefulSet.',
} as const;

/** A pod ends before its successor begins, and both take their time. */
const ONE_BY_ONE = { best: 10_000, worst: 600_000 };

export function observedSet(seen: SetSight, ground: KubeGround): Observation {
  const { propagation } = ground.connection;
  const capabilities: Capabilities = {
    cannot: CANNOT,
    weights: { only: [] },
    match: { header: false, cookie: false },
    weightsDown: true,
    idle: 'cold',
    places: null,
    coupled: true,
    startsWithTraffic: false,
    timing: { propagation, readLag: 0, poll: 500, takes: { replace: ONE_BY_ONE } },
  };
  return { ...observed(setAsSight(seen), ground), match: null, baseline: {}, capabilities };
}

export async function reviewedSet(
  operations: readonly Operation[],
  seen: SetSight,
  { cluster, connection }: KubeGround,
): Promise<Review> {
  const { namespace } = connection;
  const { name } = seen.set.metadata;
  const [needed, useful] = await Promise.all([
    refusedOf([...SET_RIGHTS, ...(seen.autoscaler ? SET_PINNED : [])], cluster, namespace),
    refusedOf(SET_USEFUL, cluster, namespace),
  ]);
  return {
    refusals: [
      ...needed.map((right) => `you may not ${right} in the namespace ${namespace}`),
      ...setShapes(operations, seen, connection.service),
    ],
    notes: [
      ...useful.map((right) => `you may not ${right}, so less can be seen or reached`),
      ...(podsOfSet(seen.set) === 1
        ? [`${name} has one pod: nothing serves while it is replaced`]
        : []),
      ...(seen.autoscaler ? [pinWords(seen.autoscaler.metadata.name, name)] : []),
    ],
  };
}

const pinWords = (autoscaler: string, name: string) =>
  `${autoscaler} scales ${name}, and takes the newest pods away first: it keeps at least as many as there are until the deployment ends. Pods that it adds meanwhile run the new version, so the share may be larger than a batch says`;

/** What stands in the way: only batches count on what the set was before. */
function setShapes(
  operations: readonly Operation[],
  { set, service }: SetSight,
  named: string,
): readonly string[] {
  const { name, annotations = {} } = set.metadata;
  const isOurs = annotations[MARK.former] !== undefined;
  const needsGap = operations.some((one) => one.kind === 'replace' && one.unavailable === 0);
  const isInBatches = operations.some((one) => one.kind === 'replace' && one.replaced < one.of);
  const found: readonly (string | false)[] = [
    !service && `there is no Service ${named}: set service`,
    !rollsByItself(set) &&
      `${name} has the updateStrategy ${set.spec.updateStrategy?.type}: whoever deletes its pods replaces them. Set RollingUpdate, then deploy`,
    partitionOf(set) > 0 &&
      !isOurs &&
      `${name} holds its first ${partitionOf(set)} pods back by a partition of its own: set updateStrategy.rollingUpdate.partition to 0, then deploy`,
    partitionOf(set) === 0 &&
      !isOurs &&
      isInBatches &&
      isUnfinished(set) &&
      `${name} has not finished its last rollout, so a rollback would not know which release to restore: wait until kubectl rollout status statefulset/${name} says that it is complete, or undo it with kubectl rollout undo statefulset/${name}, then deploy`,
    needsGap &&
      `a pod of ${name} ends before its successor of the same name begins, so one is missing on the way: set rolling.maxUnavailable to 1`,
  ];
  return found.filter((words) => words !== false);
}
